/** Names that can only mean an amount of money, of columns and of fields. */

/** The last word of the name. */
const money = /^(?:price|cost|amount|balance|fee|salary|wage|revenue|refund|payment|subtotal)s?$/;
const sums = /^(?:(?:order|invoice|grand|cart|net|gross)_)?total$/;

/** Of what there is an amount or a balance as well. */
const others = /(?:^|_)(?:points?|score|karma|xp|votes?|stock|leave)_(?:amount|balance)s?$/;

export function isMoneyName(name: string): boolean {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  if (others.test(words)) return false;
  return money.test(words.slice(words.lastIndexOf('_') + 1)) || sums.test(words);
}
