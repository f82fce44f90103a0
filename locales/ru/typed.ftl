# Что сказать о тексте, который не подошёл; строки карточки формы.

typed-empty = ⚠️ { $field }: здесь нечего прочесть. Напишите хотя бы один знак.
typed-too-long = ⚠️ { $field }: не больше { $max ->
    [one] { $max } знака
   *[other] { $max } знаков
}, а здесь { $length }.
typed-text-expected = ⚠️ { $field }: напишите, пожалуйста, текстом.
typed-not-an-amount = ⚠️ { $field }: это не сумма. Например <code>1500</code>, <code>1 500,50</code> или <code>190 тыс</code>.
typed-amount-other-currency = ⚠️ { $field }: суммы здесь в { $ours }, а не в { $typed }. Пересчитайте, пожалуйста, например <code>1500</code>.
typed-amount-in-doubt = Это { $thousands } или { $decimals }? Нажмите или напишите без запятой.
typed-amount-decimals = ⚠️ { $field }: не больше двух знаков после запятой, например <code>1 500,50</code>.
typed-amount-negative = ⚠️ { $field }: не может быть меньше нуля. Например <code>1500</code>.
typed-amount-zero = ⚠️ { $field }: должно быть больше нуля. Например <code>1500</code>.
typed-amount-too-large = ⚠️ { $field }: не больше { $most }.
typed-day-expected = ⚠️ { $field }: нажмите на день или напишите его.
typed-not-a-day = ⚠️ { $field }: это не дата. Например <code>{ $example }</code>.
typed-no-such-day = ⚠️ { $field }: такого дня нет. Например <code>{ $example }</code>.
form-line = { $field }: { $value }
form-line-changed = { $field }: { $before } → <b>{ $value }</b>
dash = —
