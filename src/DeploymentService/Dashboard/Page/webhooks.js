// The webhooks, for admins: whether all are delivered to, and the list of them.

import { html, useEffect } from './vendor/htm-preact-standalone.js';
import { Failure, Heading, Pending, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf } from './router.js';
import { count, dateOf, visible } from './text.js';

const COLUMNS = ['Webhook', 'State', 'Last answer', 'Last attempt', 'To be sent', 'Oldest'];
// What becomes of a delivery is no event of the stream.
const INTERVAL = 30_000;
const MOMENT = 60_000;

/** True of who may see webhooks. */
export const seesWebhooks = caller => caller?.role === 'admin';

function useWebhooks() {
  const { api } = useBoard();
  const list = useResource('webhooks', signal => api.get('webhooks', signal), () => false, 'webhooks');
  useEffect(() => {
    const timer = setInterval(() => document.hidden || list.reload(), INTERVAL);
    return () => clearInterval(timer);
  }, [api]);
  return list;
}

const isOff = webhook => !webhook.enabled && webhook.disabled_reason !== null;
// A receiver that fails now and then is no news.
const isFailing = webhook => webhook.enabled && webhook.failing_since !== null && Date.now() - dateOf(webhook.failing_since) > MOMENT;

/** A sentence about webhooks that are not delivered to, wherever one is on the board. */
export function WebhookNotice() {
  const { project } = useBoard();
  const ill = (useWebhooks().data?.webhooks ?? []).filter(webhook => isOff(webhook) || isFailing(webhook));
  if (!ill.length) {
    return null;
  }
  const [first] = ill;
  return html`<p class="notice webhook" role="status">
    ${ill.length === 1
      ? html`The webhook <b><bdi>${visible(first.name)}</bdi></b> ${isOff(first) ? 'was turned off after failures' : 'fails'}`
      : html`${count(ill.length)} webhooks fail or were turned off after failures`}: <a href=${hrefOf(project, 'webhooks')}>show the webhooks</a>.
  </p>`;
}

export function Webhooks() {
  const list = useWebhooks();
  const webhooks = list.data?.webhooks;
  return html`
    <div class="bar"><${Heading} title="Webhooks" /></div>
    ${webhooks ? html`
      <${Failure} error=${list.error} />
      <table class="servers webhooks">
        <caption class="unseen">Webhooks</caption>
        <thead><tr>${COLUMNS.map(name => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
        <tbody>
          ${webhooks.map(webhook => html`<${Row} key=${webhook.id} webhook=${webhook} />`)}
          ${webhooks.length ? null : html`<tr><td colspan=${COLUMNS.length}>No webhooks.</td></tr>`}
        </tbody>
      </table>`
    : html`<div class="room"><${Pending} resource=${list} what="the webhooks" /></div>`}`;
}

function Row({ webhook }) {
  return html`<tr>
    <th scope="row" data-label="Webhook"><bdi>${visible(webhook.name)}</bdi></th>
    <td data-label="State">${isFailing(webhook) ? html`Fails since <${Time} at=${webhook.failing_since} />`
      : webhook.enabled ? 'On' : isOff(webhook) ? html`Turned off: <${Text} of=${webhook.disabled_reason} />` : 'Off'}</td>
    <td data-label="Last answer">${webhook.last_answer_status ?? ''} <${Text} of=${webhook.last_error} none="" /></td>
    <td data-label="Last attempt" class="time"><${Time} at=${webhook.last_attempt_time} none="never" /></td>
    <td data-label="To be sent" class="count">${count(webhook.pending)}</td>
    <td data-label="Oldest" class="time"><${Time} at=${webhook.oldest_pending_time} /></td>
  </tr>`;
}
