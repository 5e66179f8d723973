// What is recorded of one patient in a meeting: discussed, and recommendations each with kind, words, owner and due date.
//
// It is a component because Streamlit's own fields send what is typed only when they are left. Here it is sent about a
// second after the last key, with the row of the text that it was typed upon, and called saved only when the server says
// which row now holds it. Text that is not saved yet stays in `forms` and is sent again, also when the field was redrawn,
// the connection was lost or the server was started anew. What somebody else wrote comes in only where nothing waits here.
//
// Text goes in by textContent and value only. What goes out is one state, "typed":
// {mount, seq, meeting, patient, fields: {name: {text, row, sent}}}; bhi_core/ui/components/record_form.py explains it.

const PAUSE = 900 // ms after the last key
const LONGEST = 3000 // ms of typing without a pause
const AGAIN = 4000 // ms without an answer, after which it is sent again
const LATE = 3000 // ms after which waiting text is said to be not saved
const TICK = 300
const KEEP_OPEN = "Keep this page open."

const forms = new Map() // "meeting/patient" -> what is known of that form; outlives its element
let shown = null // the form on the screen

function el(tag, name, text) {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text !== undefined && text !== null) made.textContent = text
  return made
}

// ---- what is typed, sent and kept --------------------------------------------------------------------------------------

function fieldOf(form, name) {
  if (!form.fields.has(name)) form.fields.set(name, { text: "", kept: "", row: null, sent: [], since: 0, last: 0, rival: false })
  return form.fields.get(name)
}

function waiting(form) {
  return [...form.fields].filter(([, field]) => field.text !== field.kept)
}

function type(form, name, text) {
  const field = fieldOf(form, name)
  if (field.text === text) return
  const now = Date.now()
  if (field.text === field.kept) field.since = now
  field.text = text
  field.last = now
  delete form.refused[name]
  say(form)
}

// Sends what waits. `at once` also when an answer is still due: each field says which texts it has sent upon its row, so
// that the server can tell this person's own earlier text from somebody else's.
function send(form, atOnce = false) {
  const open = waiting(form)
  if (!open.length || (form.due && !atOnce)) return
  form.seq += 1
  const fields = {}
  for (const [name, field] of open) {
    fields[name] = { text: field.text, row: field.row, sent: [...field.sent] }
    if (!field.sent.includes(field.text)) field.sent.push(field.text)
  }
  form.due = { seq: form.seq, at: Date.now(), texts: Object.fromEntries(open.map(([name, field]) => [name, field.text])) }
  form.last = { mount: form.mount, seq: form.seq, meeting: form.meeting, patient: form.patient, fields }
  out(form)
}

function out(form) {
  try {
    form.set("typed", { ...form.last, again: form.tries++ })
  } catch {
    // no connection: tick() sends it again
  }
}

function tick(form) {
  const now = Date.now()
  const open = waiting(form)
  if (form.due && now - form.due.at > AGAIN) {
    form.due = null
    send(form, true)
  } else if (!form.due && open.some(([, field]) => now - field.last > PAUSE || now - field.since > LONGEST)) send(form)
  say(form)
}

function keep(field, text, row, sent) {
  if (field.kept !== text) field.since = Date.now() // what was typed on since then waits from here
  Object.assign(field, { kept: text, row, sent })
}

// Takes what the server says: which of our sends it has kept, what the rows hold now, and what was written by others.
function hear(form, data) {
  const answered = data.heard && data.heard.mount === form.mount && form.due && data.heard.seq >= form.due.seq
  const texts = answered ? form.due.texts : {}
  form.refused = answered || !form.due ? { ...data.refused } : form.refused
  const names = new Set([...Object.keys(data.fields), ...form.fields.keys()])
  for (const name of names) {
    const field = fieldOf(form, name)
    const row = data.fields[name] ?? { text: "", row: null }
    const mine = texts[name]
    field.rival = data.rivals.includes(name)
    if (form.refused[name]) field.last = Date.now() + AGAIN // tried again, but not at once
    else if (field.rival) {
      if (mine !== undefined) field.kept = mine // kept as the second text, until somebody chooses
    } else if (mine !== undefined && row.text === mine) keep(field, mine, row.row, [])
    else if (field.text === field.kept || field.text === mine || field.text === row.text) {
      field.text = row.text
      keep(field, row.text, row.row, [])
    } else if (field.sent.includes(row.text)) keep(field, row.text, row.row, field.sent)
  }
  if (answered) form.due = null
  form.data = data
}

// ---- saying how it stands ----------------------------------------------------------------------------------------------

function say(form) {
  const line = form.status
  if (!line) return
  const saved = form.data.saved
  const open = waiting(form)
  const refused = Object.values(form.refused)[0]
  const now = Date.now()
  const late = open.some(([, field]) => now - field.since > LATE)
  const since = saved ? `Not saved since ${saved}.` : "Not saved yet."
  let text = saved ? `Saved ${saved}` : "Nothing written yet"
  if (refused) text = `Not saved: ${refused}`
  else if (late) text = `${since} ${KEEP_OPEN}`
  else if (open.length) text = saved ? `Saving, last saved ${saved}` : "Saving"
  const bad = Boolean(refused || late)
  if (line.textContent !== text) line.textContent = text
  line.classList.toggle("bhi-rf-bad", bad)
  if (bad !== (line.getAttribute("role") === "alert")) {
    if (bad) line.setAttribute("role", "alert")
    else line.removeAttribute("role")
  }
  form.also.textContent = form.data.also && !bad ? ` · ${form.data.also}` : ""
}

// ---- drawing -----------------------------------------------------------------------------------------------------------

function labelled(text, control, name) {
  const box = el("label", "bhi-rf-label", text)
  control.className = `bhi-rf-input ${name ?? ""}`
  box.append(control)
  return box
}

function input(form, name, control) {
  control.dataset.field = name
  control.value = fieldOf(form, name).text
  control.addEventListener("input", () => type(form, name, control.value))
  control.addEventListener("change", () => send(form, true))
  control.addEventListener("blur", () => send(form, true))
  form.controls.push(() => {
    const field = fieldOf(form, name)
    control.readOnly = field.rival
    control.setAttribute("aria-invalid", String(Boolean(form.refused[name])))
    if (control.value === field.text) return
    const [start, end] = [control.selectionStart, control.selectionEnd]
    control.value = field.text
    if (document.activeElement === control && start !== null) control.setSelectionRange(start, end)
  })
  return control
}

// One stop of the keyboard: arrows go on, Space and Enter choose; a second press takes the choice back.
function choices(form, name, options, label, small) {
  const group = el("div", `bhi-rf-choices${small ? " bhi-rf-small" : ""}`)
  group.setAttribute("role", "group")
  group.setAttribute("aria-label", label)
  const buttons = options.map(([value, words]) => {
    const button = el("button", "bhi-rf-choice", words)
    button.type = "button"
    button.dataset.value = value
    button.addEventListener("click", () => choose(form, name, value))
    group.append(button)
    return button
  })
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    const at = buttons.indexOf(document.activeElement)
    buttons[(at + step + buttons.length) % buttons.length].focus()
    event.preventDefault()
    event.stopPropagation()
  })
  form.controls.push(() => {
    const field = fieldOf(form, name)
    const chosen = buttons.findIndex((button) => button.dataset.value === field.text)
    const stop = Math.max(0, buttons.includes(document.activeElement) ? buttons.indexOf(document.activeElement) : chosen)
    buttons.forEach((button, at) => {
      button.setAttribute("aria-pressed", String(at === chosen))
      button.tabIndex = at === stop ? 0 : -1
      button.disabled = field.rival
    })
  })
  group.addEventListener("focusin", () => buttons.forEach((button) => (button.tabIndex = button === document.activeElement ? 0 : -1)))
  return group
}

function choose(form, name, value) {
  type(form, name, fieldOf(form, name).text === value ? "" : value)
  send(form, true)
  refresh(form)
}

// A field with its likeliest values over it: a press on one of them is enough.
function part(form, n, name, label, likely, control) {
  const box = el("div", "bhi-rf-part")
  const called = n === 1 ? label : `${label}, recommendation ${n}`
  control.className = "bhi-rf-input"
  control.setAttribute("aria-label", called)
  box.append(el("div", "bhi-rf-head", label), choices(form, `rec${n}.${name}`, likely, `${called}: likely`, true))
  box.append(input(form, `rec${n}.${name}`, control))
  return box
}

function recommendation(form, n) {
  const { kinds, owners, dues, people } = form.data
  const box = el("div", "bhi-rf-rec")
  box.dataset.n = n
  const called = n === 1 ? "Recommendation" : `Recommendation ${n}`
  box.append(el("div", "bhi-rf-head", called), choices(form, `rec${n}.kind`, kinds, called))
  const words = el("textarea")
  words.rows = 1
  box.append(labelled("In words", input(form, `rec${n}.words`, words)))
  const pair = el("div", "bhi-rf-pair")
  const name = el("input")
  name.autocomplete = "off"
  name.setAttribute("list", "bhi-rf-people")
  const owner = part(form, n, "owner", "Owner", owners, name)
  const date = el("input")
  date.type = "date"
  const due = part(form, n, "due", "Due", dues, date)
  pair.append(owner, due)
  box.append(pair)
  if (!document.getElementById("bhi-rf-people")) {
    const list = el("datalist")
    list.id = "bhi-rf-people"
    for (const person of people) list.append(Object.assign(el("option"), { value: person }))
    form.root.append(list)
  }
  return box
}

function used(form) {
  const numbers = [...form.fields].filter(([, field]) => field.text).map(([name]) => Number(/^rec(\d+)\./.exec(name)?.[1] ?? 1))
  return Math.max(form.count, 1, ...numbers)
}

function draw(form) {
  const { root } = form
  root.replaceChildren()
  form.controls = []
  const discussed = el("textarea")
  discussed.rows = 3
  root.append(labelled("Discussed", input(form, "discussed", discussed), "bhi-rf-tall"))
  form.count = used(form)
  for (let n = 1; n <= form.count; n += 1) root.append(recommendation(form, n))
  const more = el("button", "bhi-rf-more", "Add another recommendation")
  more.type = "button"
  more.addEventListener("click", () => {
    form.count += 1
    draw(form)
    root.querySelector(`.bhi-rf-rec[data-n="${form.count}"] .bhi-rf-choice`).focus()
  })
  const line = el("div", "bhi-rf-line")
  form.status = el("span", "bhi-rf-status")
  form.also = el("span", "bhi-rf-also")
  const said = el("span")
  said.append(form.status, form.also)
  line.append(said, more)
  root.append(line)
  refresh(form)
}

function refresh(form) {
  if (used(form) > form.count) return draw(form)
  for (const update of form.controls) update()
  say(form)
}

// ---- keyboard ----------------------------------------------------------------------------------------------------------

function isText(target) {
  return target.closest?.("input, textarea, select, [contenteditable=true]") !== null
}

// Before anything else hears it: Ctrl+Enter belongs to the page's buttons, which must find the text sent already. Plain
// keys outside a text field: a digit is the kind of the recommendation, D goes to "Discussed".
function pressed(event) {
  const form = shown
  const decides = event.key === "Enter" && (event.ctrlKey || event.metaKey)
  if (decides && event.repeat) {
    event.preventDefault() // a key held down must not decide about the next patient too
    return event.stopImmediatePropagation()
  }
  if (!form || !form.root.isConnected) return
  if (decides) return send(form, true)
  if (event.key === "Escape" && form.root.contains(event.target)) return event.target.blur()
  if (event.ctrlKey || event.metaKey || event.altKey || isText(event.target) || event.target.closest?.("[role=dialog]")) return
  if (event.key === "d") {
    form.root.querySelector("textarea").focus()
    event.preventDefault()
  } else if (/^[0-9]$/.test(event.key)) {
    const kind = form.data.kinds[event.key === "0" ? 9 : Number(event.key) - 1]
    const n = document.activeElement?.closest?.(".bhi-rf-rec")?.dataset.n ?? 1
    if (kind && !fieldOf(form, `rec${n}.kind`).rival) choose(form, `rec${n}.kind`, kind[0])
    event.preventDefault()
  }
}

function leaving(event) {
  if ([...forms.values()].some((form) => waiting(form).length)) event.preventDefault()
}

window.addEventListener("keydown", pressed, true)
window.addEventListener("beforeunload", leaving)
setInterval(() => {
  for (const form of forms.values()) if (form.root.isConnected && waiting(form).length) tick(form)
}, TICK)

// ---- life --------------------------------------------------------------------------------------------------------------

function formOf(data) {
  const id = `${data.meeting}/${data.patient}`
  if (!forms.has(id)) {
    const mount = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`
    forms.set(id, {
      mount, seq: 0, tries: 0, meeting: data.meeting, patient: data.patient, fields: new Map(), controls: [], refused: {},
      due: null, last: null, data, count: 1, root: null, status: null, also: null, set: null,
    })
  }
  return forms.get(id)
}

export default function recordForm(component) {
  const { parentElement, data, setStateValue } = component
  const form = formOf(data)
  form.set = setStateValue
  hear(form, data)
  if (form.root?.isConnected && form.root.parentElement === parentElement) refresh(form)
  else {
    form.root?.remove()
    form.root = el("div", "bhi-rf")
    parentElement.append(form.root)
    form.count = 1
    draw(form)
  }
  shown = form
  // Nothing is cleaned up: Streamlit also asks for it when new data came while a call was still under way, and the field
  // that somebody types in must not be drawn anew. What is not on the page any more has gone with its parent.
}
