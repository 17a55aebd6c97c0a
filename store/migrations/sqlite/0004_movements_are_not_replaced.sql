-- `insert or replace` deletes the row that is in its way without asking the triggers
-- of deletion: a movement that is there is not written a second time.

create trigger movement_is_never_replaced before insert on movement
when exists (select 1 from movement where id = new.id)
  or exists (select 1 from movement where book_id = new.book_id and version = new.version)
begin
    select raise(abort, 'movement_is_never_replaced');
end;
