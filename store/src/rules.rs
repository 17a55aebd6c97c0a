//! The rules that the data must keep, in SQL that both databases understand.

use sqlx::FromRow;

/// Something that the audit has found to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Finding {
    /// Which book, or which hold or order.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
}

/// Every rule that the data must keep, each as a question for what breaks it.
pub(crate) const RULES: [&str; 7] = [
    // The level is the sum of the book's movements.
    "select slug as subject,
            format('stock is %s on hand, %s held, %s allocated; its movements say %s, %s, %s',
                   stock.on_hand, stock.held, stock.allocated,
                   coalesce(said.on_hand, 0), coalesce(said.held, 0), coalesce(said.allocated, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(on_hand) as on_hand, sum(held) as held, sum(allocated) as allocated
                from movement group by book_id) as said using (book_id)
     where (stock.on_hand, stock.held, stock.allocated)
        is distinct from (coalesce(said.on_hand, 0), coalesce(said.held, 0), coalesce(said.allocated, 0))",
    // Versions are gapless, from 1 to the book's own.
    "select slug as subject,
            format('version is %s; its %s movements go from %s to %s', version, count, first, last) as what
     from stock join book on book.id = book_id
     join (select book_id, count(*) as count, min(version) as first, max(version) as last
           from movement group by book_id) as said using (book_id)
     where (first, last, count) is distinct from (1, version, version)",
    // Held is the sum of the active holds.
    "select slug as subject, format('%s held, but active holds have %s', held, coalesce(claimed, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(quantity) as claimed from hold where state = 'active' group by book_id) as said
          using (book_id)
     where held is distinct from coalesce(claimed, 0)",
    // Allocated is the sum of the lines of open orders.
    "select slug as subject, format('%s allocated, but open orders have %s', allocated, coalesce(ordered, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(quantity) as ordered
                from order_line join shop_order on shop_order.id = order_id and state = 'placed'
                group by book_id) as said using (book_id)
     where allocated is distinct from coalesce(ordered, 0)",
    // Never less than nothing was available, at any version.
    "select slug as subject, format('at version %s, %s copies were available', version, \"left\") as what
     from (select book_id, version,
                  sum(on_hand - held - allocated) over (partition by book_id order by version) as \"left\"
           from movement) as levels join book on book.id = book_id
     where \"left\" < 0",
    // A hold's movements add up to what it holds: all of it while active, nothing after.
    "select format('hold %s', hold.id) as subject,
            format('it is %s with %s copies, but its movements hold %s', state, quantity, coalesce(moved, 0)) as what
     from hold
     left join (select hold_id, sum(held) as moved from movement where hold_id is not null group by hold_id) as said
          on said.hold_id = hold.id
     where coalesce(moved, 0) <> case state when 'active' then quantity else 0 end",
    // An order's movements allocate all of it while it is open, nothing after.
    "select format('order %s', shop_order.id) as subject,
            format('it is %s, but its movements allocate %s copies of %s', state, coalesce(moved, 0), ordered) as what
     from shop_order
     join (select order_id, sum(quantity) as ordered from order_line group by order_id) as lines
          on lines.order_id = shop_order.id
     left join (select order_id, sum(allocated) as moved from movement where order_id is not null group by order_id) as said
          on said.order_id = shop_order.id
     where coalesce(moved, 0) <> case state when 'placed' then ordered else 0 end",
];
