-- The catalogue, so that it can be searched: what a book is found by, and when that
-- has changed.
--
-- The search itself is done over what a process has read of these rows. It asks here,
-- before each page that it shows, whether there is anything new to be read.

alter table book add column isbn text
    constraint book_isbn_is_thirteen_digits check (length(isbn) = 13 and isbn not glob '*[^0-9]*');

-- At which revision of the catalogue this row was written.
alter table book add column revision integer not null default 0;
create index book_by_revision on book (revision);

-- One row. It grows with every change of any book.
create table catalogue (
    one      integer not null
             constraint catalogue_pk primary key
             constraint catalogue_is_one check (one = 1),
    revision integer not null constraint catalogue_revision_not_negative check (revision >= 0)
) strict;

insert into catalogue (one, revision) values (1, 0);

create trigger book_is_revised_when_new after insert on book
begin
    update catalogue set revision = revision + 1;
    update book set revision = (select revision from catalogue) where id = new.id;
end;

create trigger book_is_revised after update on book
when new.revision = old.revision
begin
    update catalogue set revision = revision + 1;
    update book set revision = (select revision from catalogue) where id = new.id;
end;
