-- What is sold at the counter and comes back there: receipts, and two more kinds of movements.

create table receipt (
    -- The sixty random bits of its code.
    id   integer not null constraint receipt_pk primary key,
    kind text    not null constraint receipt_kind_known check (kind in ('sale', 'return', 'damaged_return')),
    at   integer not null
) strict;

create index receipt_by_time on receipt (at);

create table receipt_line (
    receipt_id  integer not null constraint receipt_line_receipt_fk references receipt (id),
    book_id     integer not null constraint receipt_line_book_fk references book (id),
    quantity    integer not null constraint receipt_line_quantity_positive check (quantity > 0),
    -- Of one copy, at that moment.
    price_cents integer not null constraint receipt_line_price_not_negative check (price_cents >= 0),
    constraint receipt_line_pk primary key (receipt_id, book_id)
) strict, without rowid;

-- A constraint cannot be changed here, so the ledger is written anew, with its rows, its indexes and
-- its triggers as they were.
create table movement_new (
    -- The order in which they were written.
    id         integer not null constraint movement_pk primary key,
    book_id    integer not null constraint movement_book_fk references book (id),
    -- The version of the book's level that it made: gapless.
    version    integer not null constraint movement_version_positive check (version >= 1),
    kind       text    not null constraint movement_kind_known check (kind in (
                   'opened', 'held', 'released', 'expired', 'ordered', 'collected', 'cancelled',
                   'overdue', 'sold', 'returned', 'restocked', 'adjusted')),
    on_hand    integer not null,
    held       integer not null,
    allocated  integer not null,
    hold_id    integer,
    order_id   integer,
    reason     text,
    at         integer not null,
    counted_at integer,
    receipt_id integer,
    constraint movement_one_per_version unique (book_id, version)
) strict;

insert into movement_new (id, book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                          counted_at)
select id, book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at, counted_at
from movement order by id;

-- Dropping a table asks no trigger.
drop table movement;
alter table movement_new rename to movement;

create index movement_of_copies on movement (book_id, at)
    where on_hand <> 0 or counted_at is not null;
create index movement_by_time on movement (at);

create trigger movement_is_never_changed before update on movement
begin
    select raise(abort, 'movement_is_never_changed');
end;

create trigger movement_is_never_deleted before delete on movement
begin
    select raise(abort, 'movement_is_never_deleted');
end;

create trigger movement_is_never_replaced before insert on movement
when exists (select 1 from movement where id = new.id)
  or exists (select 1 from movement where book_id = new.book_id and version = new.version)
begin
    select raise(abort, 'movement_is_never_replaced');
end;
