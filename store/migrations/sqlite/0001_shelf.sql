-- The shelf: which books there are, how many copies of each, and who holds one.
--
-- Every constraint has a name, so that a refusal by the database can be told
-- from every other. They repeat what the decisions in `shop` already ensure:
-- if one ever fires, the decision was wrong, and the copy is still not sold twice.

-- Marks the file as ours ("BURT"), so that no other program's data is touched.
pragma application_id = 1112887892;

create table book (
    id          integer not null constraint book_pk primary key,
    slug        text    not null
                constraint book_slug_unique unique
                constraint book_slug_fits check (
                    length(slug) between 1 and 60 and slug not glob '*[^a-z0-9-]*'
                ),
    title       text    not null constraint book_title_not_empty check (title <> ''),
    author      text    not null,
    description text    not null,
    cover_alt   text    not null,
    price_cents integer not null constraint book_price_not_negative check (price_cents >= 0)
) strict;

create table stock (
    book_id integer not null
            constraint stock_pk primary key
            constraint stock_book_fk references book (id),
    on_hand integer not null constraint stock_on_hand_not_negative check (on_hand >= 0),
    held    integer not null constraint stock_held_not_negative check (held >= 0),
    -- 1 with the opening stock, +1 with every change, never back.
    version integer not null constraint stock_version_positive check (version >= 1),
    constraint stock_available_not_negative check (on_hand - held >= 0)
) strict;

-- At most one copy of a book for each shopper.
create table hold (
    shopper blob    not null constraint hold_shopper_is_128_bits check (length(shopper) = 16),
    book_id integer not null constraint hold_book_fk references book (id),
    -- Milliseconds since 1970, UTC.
    held_at integer not null,
    constraint hold_pk primary key (shopper, book_id)
) strict, without rowid;

create table setting (
    name  text not null constraint setting_pk primary key,
    value blob not null
) strict, without rowid;
