-- What whoever has ordered wants to say to the shop. It is erased with their name.

alter table shop_order add column note text
    constraint shop_order_note_with_name check (note is null or name is not null);
