-- Who can be reached: free text arrives within 24 hours after the person last wrote to that business number (Meta, customer service
-- window). A person is a canonical number (domain::Phone::canonical), digits only; so is the sender.
create table contact_window (
    sender bigint not null,
    person bigint not null,
    -- When the person wrote last, by the provider's time; never later than its arrival here.
    last_at bigint not null,
    -- What they wrote: 'text', 'button', 'order', 'reaction' …; 'column' or 'report' where a list said so.
    kind text collate "C" not null,
    source text collate "C" not null,
    -- Inferred: a reaction, or something that the provider does not pass on. Reports tell it apart.
    is_weak bigint not null,
    -- When the last message left that the provider refused because the window was closed (131047). It closes the window unless
    -- the person has written since.
    closed_at bigint,
    constraint contact_window_key primary key (sender, person),
    constraint contact_window_source_is_known check (source in ('inbound', 'list', 'report'))
);

-- What is open, and what is old enough to be deleted.
create index contact_window_by_time on contact_window (sender, last_at);
