/** Who is signed in on this page, and what they may do. */
import { computed } from '@preact/signals';
import { endSession, fetchSession } from './api/account';
import { whenSignedOut } from './api/request';
import type { Permission } from './api/types';
import { inThisLook } from './look';
import { ready, resource } from './resource';

export const session = resource(() => fetchSession);

export const me = computed(() => ready(session.state.value));

/** Say whether any role of the one who is signed in has a permission; what it says no to is not asked for. */
export function may(permission: Permission): boolean {
  return me.value?.permissions.includes(permission) ?? false;
}

/** Whether one sees nobody but oneself: a grid worker without any other role. */
export const alone = computed(() => {
  const roles = me.value?.roles ?? [];
  return roles.length > 0 && roles.every(({ role }) => role === 'worker');
});

/** Go and sign in, and come back to where one was. */
export function leaveForSignIn(): void {
  location.replace(inThisLook('/sign-in/', { next: location.pathname + location.search }));
}

/** End this session and go to where one signs in. */
export async function signOut(): Promise<void> {
  await endSession();
  location.replace(inThisLook('/sign-in/'));
}

whenSignedOut(leaveForSignIn);
