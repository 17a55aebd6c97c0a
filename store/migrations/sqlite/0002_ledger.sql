-- The ledger: every movement of every copy, holds that expire, orders.
--
-- A book's stock is the sum of its movements; the movements are written once.
-- What a shop has from before is carried over as its opening stock and one hold
-- for each copy in a cart, which begins now.

create table stock_new (
    book_id   integer not null
              constraint stock_pk primary key
              constraint stock_book_fk references book (id),
    on_hand   integer not null constraint stock_on_hand_not_negative check (on_hand >= 0),
    held      integer not null constraint stock_held_not_negative check (held >= 0),
    allocated integer not null constraint stock_allocated_not_negative check (allocated >= 0),
    version   integer not null constraint stock_version_positive check (version >= 1),
    constraint stock_available_not_negative check (on_hand - held - allocated >= 0)
) strict;

insert into stock_new (book_id, on_hand, held, allocated, version)
select book_id, on_hand, held, 0, 1 + held from stock;

create table hold_new (
    id          integer not null constraint hold_pk primary key,
    shopper     blob    not null constraint hold_shopper_is_128_bits check (length(shopper) = 16),
    book_id     integer not null constraint hold_book_fk references book (id),
    quantity    integer not null constraint hold_quantity_positive check (quantity > 0),
    price_cents integer not null constraint hold_price_not_negative check (price_cents >= 0),
    -- Milliseconds since 1970, UTC, by the store's clock.
    created_at  integer not null,
    expires_at  integer not null,
    -- Leaves 'active' exactly once.
    state       text    not null constraint hold_state_known
                check (state in ('active', 'released', 'lapsed', 'expired', 'ordered'))
) strict;

insert into hold_new (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state)
select row_number() over (order by hold.book_id, held_at, shopper), shopper, hold.book_id, 1, price_cents,
       unixepoch() * 1000, unixepoch() * 1000 + 15 * 60 * 1000, 'active'
from hold join book on book.id = hold.book_id;

create table movement (
    -- The order in which they were written.
    id        integer not null constraint movement_pk primary key,
    book_id   integer not null constraint movement_book_fk references book (id),
    -- The version of the book's level that it made: gapless.
    version   integer not null constraint movement_version_positive check (version >= 1),
    kind      text    not null constraint movement_kind_known check (kind in (
                  'opened', 'held', 'released', 'expired', 'ordered',
                  'collected', 'cancelled', 'overdue', 'restocked', 'adjusted')),
    on_hand   integer not null,
    held      integer not null,
    allocated integer not null,
    hold_id   integer,
    order_id  integer,
    reason    text,
    at        integer not null,
    constraint movement_one_per_version unique (book_id, version)
) strict;

insert into movement (book_id, version, kind, on_hand, held, allocated, at)
select book_id, 1, 'opened', on_hand, 0, 0, unixepoch() * 1000 from stock_new;

insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, at)
select book_id, 1 + row_number() over (partition by book_id order by id), 'held', 0, 1, 0, id, created_at
from hold_new order by id;

drop table hold;
drop table stock;
alter table stock_new rename to stock;
alter table hold_new rename to hold;

create unique index hold_one_active_per_cart_and_book on hold (shopper, book_id) where state = 'active';
create index hold_due on hold (expires_at) where state = 'active';
create index hold_lapsed on hold (shopper, expires_at) where state = 'lapsed';

create trigger movement_is_never_changed before update on movement
begin
    select raise(abort, 'movement_is_never_changed');
end;

create trigger movement_is_never_deleted before delete on movement
begin
    select raise(abort, 'movement_is_never_deleted');
end;

create table shop_order (
    id         integer not null constraint shop_order_pk primary key,
    -- Sixty random bits: whoever knows them may see and cancel the order.
    code       integer not null constraint shop_order_code_unique unique,
    shopper    blob    not null constraint shop_order_shopper_is_128_bits check (length(shopper) = 16),
    -- Erased some time after the order was closed.
    name       text,
    reach      text,
    placed_at  integer not null,
    collect_by integer not null,
    closed_at  integer,
    state      text    not null constraint shop_order_state_known
               check (state in ('placed', 'collected', 'cancelled', 'overdue')),
    version    integer not null constraint shop_order_version_positive check (version >= 1),
    constraint shop_order_closed_when_not_placed check ((state = 'placed') = (closed_at is null))
) strict;

create index shop_order_due on shop_order (collect_by) where state = 'placed';
create index shop_order_of_shopper on shop_order (shopper) where state = 'placed';
create index shop_order_to_erase on shop_order (closed_at) where name is not null;

create table order_line (
    order_id    integer not null constraint order_line_order_fk references shop_order (id),
    book_id     integer not null constraint order_line_book_fk references book (id),
    quantity    integer not null constraint order_line_quantity_positive check (quantity > 0),
    price_cents integer not null constraint order_line_price_not_negative check (price_cents >= 0),
    constraint order_line_pk primary key (order_id, book_id)
) strict, without rowid;

-- What was answered to a submission, so that the same one again has no second effect.
create table submission (
    shopper     blob    not null,
    key         text    not null,
    -- SHA-256 of what it was.
    fingerprint blob    not null constraint submission_fingerprint_is_sha256 check (length(fingerprint) = 32),
    answer      text    not null,
    at          integer not null,
    constraint submission_pk primary key (shopper, key)
) strict, without rowid;

create index submission_to_forget on submission (at);

create table price (
    book_id     integer not null constraint price_book_fk references book (id),
    since       integer not null,
    price_cents integer not null,
    constraint price_pk primary key (book_id, since)
) strict, without rowid;

insert into price (book_id, since, price_cents) select id, unixepoch() * 1000, price_cents from book;

create trigger price_is_remembered after update of price_cents on book
when old.price_cents <> new.price_cents
begin
    insert into price (book_id, since, price_cents)
    values (new.id, cast(unixepoch('subsec') * 1000 as integer), new.price_cents)
    on conflict do update set price_cents = excluded.price_cents;
end;
