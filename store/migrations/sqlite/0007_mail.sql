-- The outbox: mails that are to be sent, each written in the transaction of what it tells
-- of, so that it is sent if and only if that was kept.
--
-- Whom it goes to and what it is about are erased in the moment in which it is settled.

create table mail (
    id            integer not null constraint mail_pk primary key,
    -- Random; its Message-ID, however often it is sent.
    token         text    not null constraint mail_token_unique unique,
    recipient     text,
    -- What it is to say, as JSON: its kind and the names of what it tells of.
    letter        text,
    -- The language that its reader has chosen.
    language      text    not null,
    created_at    integer not null,
    -- It is not tried before this.
    due_at        integer not null,
    -- Somebody is sending it, until then at the latest.
    claimed_until integer,
    tries         integer not null constraint mail_tries_not_negative check (tries >= 0),
    state         text    not null constraint mail_state_known
                  check (state in ('waiting', 'sent', 'given_up', 'needless')),
    constraint mail_names_nobody_once_settled check (
        (state = 'waiting') = (recipient is not null) and (state = 'waiting') = (letter is not null)
    )
) strict;

create index mail_due on mail (due_at) where state = 'waiting';
create index mail_to_forget on mail (created_at);
