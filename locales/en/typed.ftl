# What is said of a text that cannot be taken, and lines of a form's card.

typed-empty = ⚠️ { $field }: there is nothing to read in it. Write at least a character.
typed-too-long = ⚠️ { $field }: at most { $max ->
    [one] { $max } character
   *[other] { $max } characters
}, and these are { $length }.
typed-text-expected = ⚠️ { $field }: write it as a text, please.
typed-not-an-amount = ⚠️ { $field }: this is not an amount. For example <code>1500</code>, <code>1 500,50</code> or <code>190k</code>.
typed-amount-other-currency = ⚠️ { $field }: amounts here are in { $ours }, not in { $typed }. Please convert it, for example <code>1500</code>.
typed-amount-in-doubt = Is that { $thousands } or { $decimals }? Tap, or write it without the sign.
typed-amount-decimals = ⚠️ { $field }: at most two digits after the point, for example <code>1 500,50</code>.
typed-amount-negative = ⚠️ { $field }: it cannot be below zero. For example <code>1500</code>.
typed-amount-zero = ⚠️ { $field }: it has to be more than zero. For example <code>1500</code>.
typed-amount-too-large = ⚠️ { $field }: at most { $most }.
typed-day-expected = ⚠️ { $field }: tap a day or write it.
typed-not-a-day = ⚠️ { $field }: this is not a date. For example <code>{ $example }</code>.
typed-no-such-day = ⚠️ { $field }: there is no such day. For example <code>{ $example }</code>.
form-line = { $field }: { $value }
form-line-changed = { $field }: { $before } → <b>{ $value }</b>
dash = —
