"""How residents ask for ground on the pages: one form, a mailed link, a reservation that lapses."""
