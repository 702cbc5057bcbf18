// Comforts for making a campaign.
