-- What the shop says to everybody who has one of its pages open.

-- One row. Each announcement that is made or withdrawn adds one; those that are over by
-- themselves are counted where it is read, so that nobody need write when their time has
-- come, and are added to it when they are forgotten.
create table bulletin (
    one     bigint  not null constraint bulletin_pk primary key constraint bulletin_one_row check (one = 1),
    changes bigint  not null constraint bulletin_changes_not_negative check (changes >= 0)
);

insert into bulletin (one, changes) values (1, 0);

create table announcement (
    -- What the bulletin's changes came to with it, so that no two ever have the same.
    number       bigint  not null constraint announcement_pk primary key,
    -- Of the submission that made it: sent twice, it is made once.
    key          text    not null constraint announcement_key_unique unique,
    text         text    not null constraint announcement_text_of_some_length
                 check (length(text) between 1 and 200),
    made_at      bigint  not null,
    made_by      text    not null,
    ends_at      bigint  not null constraint announcement_ends_on_a_second check (ends_at % 1000 = 0),
    withdrawn_at bigint,
    withdrawn_by text,
    constraint announcement_lasts check (ends_at > made_at),
    constraint announcement_withdrawn_by_somebody check ((withdrawn_at is null) = (withdrawn_by is null)),
    constraint announcement_withdrawn_in_force check (withdrawn_at < ends_at)
);

create index announcement_not_withdrawn on announcement (ends_at) where withdrawn_at is null;
