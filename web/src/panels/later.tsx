/** A part of a page that is fetched when it is first shown. */
import { signal } from '@preact/signals';
import type { ComponentChild, ComponentType } from 'preact';
import { asProblem, type Problem } from '../api/problem';
import { Failed, Loading } from './states';

/** Return a component that stands for one that has yet to be fetched, and shows something else meanwhile. */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: ComponentChild = <Loading />,
): ComponentType<P> {
  const here = signal<ComponentType<P> | null>(null);
  const problem = signal<Problem | null>(null);
  let isAsked = false;
  const ask = (): void => {
    isAsked = true;
    problem.value = null;
    load().then(
      (component) => (here.value = component),
      (error: unknown) => (problem.value = asProblem(error)),
    );
  };
  return function Later(props: P) {
    if (!isAsked) ask();
    const Component = here.value;
    if (Component) return <Component {...props} />;
    return problem.value ? <Failed problem={problem.value} retry={ask} /> : <>{meanwhile}</>;
  };
}
