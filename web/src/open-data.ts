/** The pages of open data, which the program writes itself: their look, and a map where there is a place. */
import { effect } from '@preact/signals';
import { chosenTheme, theme } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/open-data.css';

// Without this script the pages are light, and their button leads to the dark ones.
effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  const button = document.querySelector<HTMLElement>('#theme');
  if (button) button.textContent = (theme.value === 'dark' ? button.dataset['light'] : button.dataset['dark']) ?? null;
});

document.querySelector('#theme')?.addEventListener('click', (event) => {
  event.preventDefault();
  chosenTheme.value = theme.value === 'dark' ? 'light' : 'dark';
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href]')) {
    const to = new URL(link.href);
    if (to.origin !== location.origin) continue;
    to.searchParams.set('theme', theme.value);
    link.href = to.href;
  }
  const here = new URL(location.href);
  here.searchParams.set('theme', theme.value);
  history.replaceState(null, '', here);
});

// An empty field asks for nothing.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', () => {
    for (const input of form.querySelectorAll('input')) input.disabled = input.value.trim() === '';
  });
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    void import('./open-data/map').then(({ drawOn }) => drawOn(target as HTMLElement));
  }
});
for (const place of document.querySelectorAll('.place')) seen.observe(place);

void import('./styles/fonts');
