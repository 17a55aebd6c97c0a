-- The catalogue, so that it can be searched: what a book is found by, and when that
-- has changed.
--
-- The search itself is done over what an instance has read of these rows. It asks here,
-- before each page that it shows, whether there is anything new to be read.

alter table book add column isbn text
    constraint book_isbn_is_thirteen_digits check (isbn ~ '^[0-9]{13}$');

-- At which revision of the catalogue this row was written.
alter table book add column revision bigint not null default 0;
create index book_by_revision on book (revision);

-- One row. It grows once in every transaction that changes a book, and whoever does
-- so keeps it until the commit: revisions become visible in their order, so that
-- nothing is missed by whoever reads what is newer than what they have.
create table catalogue (
    one        boolean not null
               constraint catalogue_pk primary key
               constraint catalogue_is_one check (one),
    revision   bigint  not null constraint catalogue_revision_not_negative check (revision >= 0),
    changed_by xid8
);

insert into catalogue (one, revision) values (true, 0);

-- Before the first book of a statement is locked: whoever waits here keeps nobody from a
-- book, so that two deliveries wait for each other and never both.
create function catalogue_is_revised() returns trigger language plpgsql as $$
begin
    -- A whole delivery is one revision: a row that a transaction writes a hundred
    -- thousand times would be looked for through all its former selves.
    update catalogue set revision = revision + 1, changed_by = pg_current_xact_id()
    where changed_by is distinct from pg_current_xact_id();
    return null;
end $$;

create trigger catalogue_is_revised before insert or update on book
for each statement execute function catalogue_is_revised();

create function book_is_revised() returns trigger language plpgsql as $$
begin
    new.revision := (select revision from catalogue);
    return new;
end $$;

create trigger book_is_revised before insert or update on book
for each row execute function book_is_revised();
