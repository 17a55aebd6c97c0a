-- A number for each shopper, which grows by one in every transaction that changes
-- their cart or their orders: pages that show them ask again when it has grown.

create table shopper (
    id     blob    not null
           constraint shopper_pk primary key
           constraint shopper_id_is_128_bits check (length(id) = 16),
    number integer not null constraint shopper_number_positive check (number >= 1)
) strict, without rowid;
