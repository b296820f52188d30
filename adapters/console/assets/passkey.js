// Asks the browser for a passkey before an approval that needs one is sent. Without it such an approval is refused.
const send = async (path, body) => {
  const answer = await fetch(`/passkey/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = await answer
    .json()
    .catch(() => ({ text: 'Grace gave no answer.', next: 'Load the page again.' }))
  if (!answer.ok) throw new Error(`${said.text} ${said.next}`)
  return said
}

const asked = async (form) => {
  const question = {
    session: form.elements.session.value,
    confirmed: form.elements.confirmed?.checked ?? true,
  }
  const { make, options } = await send('ask', question)
  if (!make) return options
  const created = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
  })
  await send('make', { response: created.toJSON() })
  return (await send('ask', question)).options
}

async function approve(form) {
  const session = form.elements.session.value
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await asked(form)),
  })
  await send('approve', { session, reason: form.elements.reason.value, response: credential.toJSON() })
  location.reload()
}

const why = (error) =>
  error.name === 'NotAllowedError'
    ? 'Not counted: the passkey was not given. If it is lost, have it forgotten on Grace’s machine: grace passkey forget.'
    : `Not counted: ${error.message}`

addEventListener('submit', (event) => {
  const form = event.target
  if (!form.matches('form[data-passkey]') || event.submitter?.value !== 'approve') return
  event.preventDefault()
  const told = form.querySelector('[data-told]')
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    told.textContent = 'Not counted: this browser has no passkeys. Use a newer one.'
    return
  }
  event.submitter.disabled = true
  told.textContent = 'Waiting for your passkey…'
  approve(form)
    .catch((error) => {
      told.textContent = why(error)
    })
    .finally(() => {
      event.submitter.disabled = false
    })
})
