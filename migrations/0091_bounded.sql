-- The campaigns that are not over, without reading those that are.
create index campaign_by_state on campaign (state);
