-- Who did what at the desk, and why. A row is written in the transaction of what it tells of.

create table journal (
    id      integer not null constraint journal_pk primary key,
    at      integer not null,
    -- The name of a member of staff; null for a command on the shop's own machine.
    made_by text,
    kind    text    not null constraint journal_kind_not_empty check (kind <> ''),
    -- A book's slug, an order's code, an import's id or an account's name.
    subject text,
    -- The kind again, with everything else there is to say of the act, as JSON.
    act     text    not null constraint journal_act_is_json check (json_valid(act)),
    reason  text
) strict;

create index journal_by_time on journal (at);
create index journal_by_author on journal (made_by, id);
create index journal_by_subject on journal (subject, id) where subject is not null;

create trigger journal_is_never_changed before update on journal
begin
    select raise(abort, 'journal_is_never_changed');
end;

-- Entries are kept for at least thirty days before the newest.
create trigger journal_is_kept before delete on journal
when old.at > (select max(at) from journal) - 2592000000
begin
    select raise(abort, 'journal_is_kept');
end;
