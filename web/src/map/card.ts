/** The card that appears beside the pointer. Text goes in as text: a title from a phone must not become HTML. */
export interface Card {
  title: string;
  lines: string[];
}

/** Build the element that a popup shows. */
export function cardElement({ title, lines }: Card): HTMLElement {
  const element = document.createElement('div');
  const heading = element.appendChild(document.createElement('strong'));
  heading.textContent = title;
  for (const line of lines) element.appendChild(document.createElement('p')).textContent = line;
  return element;
}
