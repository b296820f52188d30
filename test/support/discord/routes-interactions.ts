// What an interaction's token opens: the first response and the answers after it.
import { answerOf, editAnswer, followUp, respond } from './interactions.ts'
import { deleteMessage } from './messages.ts'
import { messageJson } from './payloads.ts'
import { type Call, type Handler, ok } from './route.ts'

const target = ({ params }: Call) => ({ message_id: '@original', ...params })

const read: Handler = (call) => ok(messageJson(call.world, answerOf(call.world, target(call))))

const edit: Handler = (call) =>
  ok(messageJson(call.world, editAnswer(call.world, target(call), call.body, call.files)))

const remove: Handler = (call) => {
  deleteMessage(call.world, answerOf(call.world, target(call)))
  return ok()
}

export const interactionRoutes = {
  'POST /interactions/{interaction_id}/{interaction_token}/callback': ({
    world,
    params,
    query,
    body,
    files,
  }) => {
    const answer = respond(world, params.interaction_id, params.interaction_token, body, files)
    return query.get('with_response') === 'true' ? ok(answer) : ok()
  },
  'POST /webhooks/{webhook_id}/{webhook_token}': ({ world, params, body, files }) =>
    ok(messageJson(world, followUp(world, params, body, files))),
  'GET /webhooks/{webhook_id}/{webhook_token}/messages/@original': read,
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original': edit,
  'DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original': remove,
  'GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': read,
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': edit,
  'DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': remove,
} as const satisfies Record<string, Handler>
