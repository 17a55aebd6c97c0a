-- Where a reader of the ledger stands: the transaction that has written a movement, and
-- the movement's own number.
--
-- Numbers are given before commits, so that a movement may become visible after one with
-- a higher number, and whoever goes by the number alone never reads it. Below the oldest
-- transaction that runs nothing can appear any more: readers go as far as that.
-- (`docs/decisions/0017`)
--
-- Movements from before have no transaction, and come first; adding the column writes
-- none of them anew. The index is built while nobody writes: about a second for a million.

alter table movement add column written_by xid8;
alter table movement alter column written_by set default pg_current_xact_id();

create index movement_in_order on movement (coalesce(written_by, '0'::xid8), id);
