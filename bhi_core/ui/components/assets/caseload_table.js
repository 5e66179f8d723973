// The caseload table: one real HTML table, drawn in the page, one stop of the keyboard.
//
// What comes in is worked out and worded by bhi_core/ui/tables.py; the names of the fields are explained there. Nothing is
// decided here. Text goes in by textContent only, so a name can never become markup, and every colour is a --st-* variable
// (caseload_table.css), so the theme is never asked. What goes out is one trigger, "open" = the id of a patient.

const SVG = "http://www.w3.org/2000/svg"
const STEP = 60 // rows drawn at once; 2,000 at once took 1,972 ms
const AT_ONCE = 24 // of the first 60 these before the first paint, at least a screen; the others right after it
const KEPT = 2000 // rows kept to be shown again
const AHEAD = 1200 // px before the end at which the next rows are drawn
const PAGE = 10 // rows that Page Up and Page Down move
const GAP_DAYS = 90 // scores further apart are not joined
const WIDE = 1180 // px of the table itself: from here all twelve columns
const MIDDLE = 1000 // px: from here without GAD-7 course and change; below it "why" gets a second row
const COURSE = { height: 36, pad: 4, dot: 2.8, phq: 104, gad: 76 } // px

// Widths in px per width class; "rest" takes what is left.
const COLUMNS = {
  wide: { item: 48, name: 164, week: 46, p: 86, pCourse: 112, pChange: 102, a: 84, aCourse: 84, aChange: 102, why: "rest", contact: 120, review: 86 },
  middle: { item: 48, name: 164, week: 46, p: 86, pCourse: 112, pChange: 102, a: 102, why: "rest", contact: 158 },
  narrow: { item: 48, name: "rest", week: 46, p: 86, pCourse: 112, pChange: 102, a: 102, contact: 98, review: 74 },
}

const tables = new WeakMap() // the element Streamlit gives -> what is known of the table drawn in it
const utf8 = new TextDecoder()
let leftFrom = null // id of the row that was opened last, to come back to it

function el(tag, name, text) {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text !== undefined && text !== null) made.textContent = text
  return made
}

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function lines(first, second) {
  const both = document.createDocumentFragment()
  both.append(first)
  if (second) both.append(second)
  return both
}

// ---- cells -----------------------------------------------------------------------------------------------------------

function itemBadge(code) {
  if (code === 0) return ""
  const acknowledged = code > 10
  const answer = acknowledged ? code - 10 : code
  const [mark, tone, words] =
    code < 0
      ? ["?", "unknown", "item 9 unknown"]
      : acknowledged
        ? [`${answer > 1 ? "◆" : "◇"}${answer} ✓`, "seen", `item 9 answered ${answer}, acknowledged`]
        : [`${answer > 1 ? "◆" : "◇"}${answer}`, answer > 1 ? "high" : "low", `item 9 answered ${answer}, not acknowledged`]
  const badge = el("span", `bhi-ct-badge bhi-ct-badge-${tone}`, mark)
  badge.setAttribute("role", "img")
  badge.setAttribute("aria-label", words)
  badge.title = words
  return badge
}

function scores(measure) {
  if (!measure) return el("span", "bhi-ct-2", "–")
  const line = el("div", "bhi-ct-1")
  if (measure.l === null) line.append(el("b", "bhi-ct-last", measure.f))
  else line.append(el("span", "bhi-ct-first", `${measure.f} → `), el("b", "bhi-ct-last", measure.l))
  return lines(line, el("div", measure.o ? "bhi-ct-2 bhi-ct-late" : "bhi-ct-2", measure.a))
}

function outcome(measure, classes) {
  const [mark, word, tone] = classes[measure.k]
  const line = el("div", `bhi-ct-2 bhi-ct-class bhi-ct-${tone}`)
  const sign = el("span", "bhi-ct-mark", `${mark} `)
  sign.setAttribute("aria-hidden", "true")
  line.append(sign, word)
  return line
}

function change(measure, classes) {
  if (!measure || measure.k === null) return measure && measure.c ? el("div", "bhi-ct-1", measure.c) : ""
  if (!measure.c) return outcome(measure, classes)
  return lines(el("div", "bhi-ct-1", measure.c), outcome(measure, classes))
}

function diamond(x, y, answer) {
  const r = 4
  const path = `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`
  return shape("path", { d: path, class: answer > 1 ? "bhi-ct-high" : "bhi-ct-low" })
}

// True time from the row's start to the as-of date; grey field = the threshold and worse; dashes = half of the first score.
function course(measure, scale, days, width, name) {
  if (!measure || !measure.s.length) return ""
  const [, lowest, highest, threshold, direction] = scale
  const { height, pad, dot } = COURSE
  const x = (day) => Math.round((pad + (day / days) * (width - 2 * pad)) * 10) / 10
  const y = (total) => Math.round((height - pad - ((total - lowest) / (highest - lowest)) * (height - 2 * pad)) * 10) / 10
  const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, class: `bhi-ct-course ${name}`, "aria-hidden": "true" })
  if (threshold !== null) {
    const [top, bottom] = direction > 0 ? [y(highest), y(threshold)] : [y(threshold), y(lowest)]
    svg.append(shape("rect", { x: 0, y: top, width, height: bottom - top, class: "bhi-ct-field" }))
  }
  if (measure.h !== null) svg.append(shape("line", { x1: 0, x2: width, y1: y(measure.h), y2: y(measure.h), class: "bhi-ct-half" }))
  const points = []
  for (let i = 0; i < measure.s.length; i += 3) points.push([measure.s[i], x(measure.s[i]), y(measure.s[i + 1]), measure.s[i + 2]])
  svg.append(shape("path", { d: trail(points), class: "bhi-ct-line" }))
  points.forEach(([day, px, py, answer], i) => {
    const last = i === points.length - 1
    const alone = (i === 0 || day - points[i - 1][0] > GAP_DAYS) && (last || points[i + 1][0] - day > GAP_DAYS)
    if (answer > 0) svg.append(diamond(px, py, answer))
    else if (last) svg.append(shape("circle", { cx: px, cy: py, r: dot, class: "bhi-ct-dot" }))
    else if (alone) svg.append(shape("circle", { cx: px, cy: py, r: 1.5, class: "bhi-ct-dot" }))
  })
  return svg
}

function trail(points) {
  return points.map(([day, px, py], i) => `${i > 0 && day - points[i - 1][0] <= GAP_DAYS ? "L" : "M"}${px} ${py}`).join("")
}

function link(row, classes, scales) {
  const said = [row.n, `week ${row.w}`]
  for (const measure of [row.p, row.a]) {
    if (!measure) continue
    const name = scales[measure.i][0]
    said.push(measure.l === null ? `${name} ${measure.f}` : `${name} ${measure.f} to ${measure.l}`)
    if (measure.k !== null) said.push(classes[measure.k][1])
  }
  if (row.y[0]) said.push(row.y[0])
  const made = el("a", "bhi-ct-name", row.n)
  made.href = `patient?id=${encodeURIComponent(row.id)}`
  made.tabIndex = -1
  made.title = row.n
  made.setAttribute("aria-label", said.join(", "))
  return made
}

function why(row) {
  return lines(el("div", "bhi-ct-1", row.y[0]), row.y[1] ? el("div", "bhi-ct-2", row.y[1]) : null)
}

function due(pair) {
  return lines(el("div", `bhi-ct-1 bhi-ct-${pair[1] || "plain"}`, pair[0]), pair[2] ? el("div", "bhi-ct-2", pair[2]) : null)
}

// Contact and review in two lines, for the middle width.
function dueTogether(contact, review) {
  const first = el("div", "bhi-ct-1")
  first.append(el("span", `bhi-ct-${contact[1] || "plain"}`, contact[0]), el("span", "bhi-ct-2", ` · ${contact[2]}`))
  const second = el("div", "bhi-ct-2", "review ")
  second.append(el("span", `bhi-ct-${review[1] || "plain"}`, review[0]), review[2] ? `, ${review[2]}` : "")
  return lines(first, second)
}

function cell(name, content) {
  const made = el("td", `bhi-ct-${name}`)
  if (content !== "") made.append(content)
  return made
}

// ---- rows ------------------------------------------------------------------------------------------------------------

// One patient: one table row, or two when "why" stands under the name.
function patientRows(row, at, data, width) {
  const { classes, scales } = data
  const first = el("tr", "bhi-ct-row")
  first.dataset.at = at
  const head = el("th", "bhi-ct-patient")
  head.scope = "row"
  head.append(link(row, classes, scales), el("div", "bhi-ct-2 bhi-ct-cut", row.m))
  const phq = row.p && scales[row.p.i]
  const gad = row.a && scales[row.a.i]
  first.append(
    cell("item", itemBadge(row.b)),
    head,
    cell("week", el("div", "bhi-ct-1", row.w)),
    cell("p", scores(row.p)),
    cell("course", course(row.p, phq, row.d, COURSE.phq, "bhi-ct-phq")),
    cell("change", change(row.p, classes)),
  )
  if (width === "wide") {
    first.append(
      cell("p", scores(row.a)),
      cell("course", course(row.a, gad, row.d, COURSE.gad, "bhi-ct-gad")),
      cell("change", change(row.a, classes)),
    )
  } else first.append(cell("p", row.a && row.a.k !== null ? lines(scores(row.a).firstChild, outcome(row.a, classes)) : scores(row.a)))
  if (width !== "narrow") first.append(cell("why", why(row)))
  if (width === "middle") first.append(cell("contact", dueTogether(row.c, row.r)))
  else first.append(cell("contact", due(row.c)), cell("review", due(row.r)))
  if (width !== "narrow") return [first]
  first.classList.add("bhi-ct-upper")
  const second = el("tr", "bhi-ct-row bhi-ct-lower")
  second.dataset.at = at
  const below = cell("why", why(row))
  below.colSpan = Object.keys(COLUMNS.narrow).length - 1
  second.append(el("td"), below)
  return [first, second]
}

function groupBody(group, width) {
  const body = el("tbody")
  const line = el("tr", "bhi-ct-group")
  const head = el("th", "", group[0])
  head.scope = "rowgroup"
  head.colSpan = Object.keys(COLUMNS[width]).length
  head.append(" ", el("span", "bhi-ct-note", group[1]))
  line.append(head)
  body.append(line)
  return body
}

function headCell(text, name, { scope = "col", columns = 1, rows = 1 } = {}) {
  const made = el("th", name, text)
  made.scope = scope
  made.colSpan = columns
  made.rowSpan = rows
  return made
}

function tableHead(width) {
  const head = el("thead")
  const upper = el("tr")
  const lower = el("tr")
  const wide = width === "wide"
  upper.append(
    headCell("Item 9", "", { rows: 2 }),
    headCell("Patient", "", { rows: 2 }),
    headCell("Week", "bhi-ct-week", { rows: 2 }),
    headCell("PHQ-9", "bhi-ct-over", { scope: "colgroup", columns: 3 }),
    headCell("GAD-7", "bhi-ct-over", { scope: "colgroup", columns: wide ? 3 : 1 }),
  )
  for (const text of ["first → last", "course", "change", "first → last", ...(wide ? ["course", "change"] : [])]) lower.append(headCell(text, ""))
  if (width !== "narrow") upper.append(headCell("Why on this list", "", { rows: 2 }))
  if (width === "middle") upper.append(headCell("Contact, review", "", { rows: 2 }))
  else upper.append(headCell("Contact", "", { rows: 2 }), headCell("Review", "", { rows: 2 }))
  head.append(upper, lower)
  return head
}

function tableFrame(alt, width) {
  const table = el("table", `bhi-ct bhi-ct-${width}`)
  const columns = el("colgroup")
  for (const px of Object.values(COLUMNS[width])) {
    const column = el("col")
    if (px !== "rest") column.style.width = `${px}px`
    columns.append(column)
  }
  table.append(el("caption", "bhi-ct-hidden", alt), columns, tableHead(width))
  return table
}

// ---- drawing in steps ------------------------------------------------------------------------------------------------

function widthClass(px) {
  return px >= WIDE ? "wide" : px >= MIDDLE ? "middle" : "narrow"
}

// A row that says the same as one drawn before is that one, moved: drawing it anew takes several times as long.
function linesOf(state, row, at) {
  const said = JSON.stringify([state.width, { ...row, g: 0 }])
  const before = state.made.get(said)
  const lines = before && !state.table.contains(before[0]) ? before : patientRows(row, at, state.data, state.width)
  lines[0].querySelector("a.bhi-ct-name").tabIndex = -1
  for (const line of lines) line.dataset.at = at
  state.made.set(said, lines)
  return lines
}

function drawUpTo(state, count) {
  const { rows, groups } = state.data
  const end = Math.min(count, rows.length)
  for (; state.drawn < end; state.drawn += 1) {
    const row = rows[state.drawn]
    if (state.body === null || row.g !== state.group) {
      state.body = groupBody(groups[row.g], state.width)
      state.group = row.g
      state.table.append(state.body)
    }
    state.body.append(...linesOf(state, row, state.drawn))
  }
  if (state.drawn >= rows.length) state.watchEnd.disconnect()
}

function redraw(state) {
  const hadFocus = state.table !== null && state.table.contains(document.activeElement)
  const drawnBefore = state.drawn
  const inSight = rowsInSight(state) // asked while the old rows still hold the page's height and place
  const table = tableFrame(state.data.alt, state.width)
  table.addEventListener("click", (event) => clicked(state, event))
  table.addEventListener("keydown", (event) => pressed(state, event))
  table.addEventListener("focusin", (event) => remember(state, event))
  if (state.table) state.table.replaceWith(table)
  else state.root.prepend(table)
  Object.assign(state, { table, body: null, group: null, drawn: 0 })
  state.watchEnd.disconnect()
  state.turn += 1
  drawUpTo(state, Math.max(AT_ONCE, inSight, hadFocus ? state.at + 1 : 0))
  setStop(state, state.at)
  if (hadFocus) focusRow(state, state.at)
  const turn = state.turn
  requestAnimationFrame(() => setTimeout(() => turn === state.turn && drawRest(state, drawnBefore)))
}

// How many rows end above the lower edge of the window, by the lowest height that a row has.
function rowsInSight(state) {
  return Math.ceil((window.innerHeight - state.root.getBoundingClientRect().top) / 44)
}

function drawRest(state, drawnBefore) {
  drawUpTo(state, Math.max(STEP, drawnBefore, state.at + 1))
  setStop(state, state.at)
  if (state.drawn < state.data.rows.length) state.watchEnd.observe(state.end)
}

function scrollParent(element) {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return box
  }
  return null
}

// ---- keyboard and pointer --------------------------------------------------------------------------------------------

function linkAt(state, index) {
  return state.table.querySelectorAll("a.bhi-ct-name")[index]
}

// The one row that Tab stops at.
function setStop(state, index) {
  const before = state.table.querySelector('a.bhi-ct-name[tabindex="0"]')
  if (before) before.tabIndex = -1
  state.at = Math.max(0, Math.min(index, state.data.rows.length - 1))
  const now = linkAt(state, state.at) ?? linkAt(state, 0)
  if (now) now.tabIndex = 0
}

function focusRow(state, index, block = "nearest") {
  const wanted = Math.max(0, Math.min(index, state.data.rows.length - 1))
  if (wanted >= state.drawn) drawUpTo(state, wanted + STEP)
  setStop(state, wanted)
  const now = linkAt(state, wanted)
  if (!now) return
  now.focus({ preventScroll: true })
  now.closest("tr").scrollIntoView({ block })
}

function remember(state, event) {
  const row = event.target.closest("tr.bhi-ct-row")
  if (row) setStop(state, Number(row.dataset.at))
}

function open(state, id) {
  leftFrom = String(id)
  state.send("open", Number(id))
}

function clicked(state, event) {
  const row = event.target.closest("tr.bhi-ct-row")
  if (!row || event.button !== 0) return
  const onLink = event.target.closest("a.bhi-ct-name")
  if (event.ctrlKey || event.metaKey || event.shiftKey) {
    if (!onLink) window.open(linkAt(state, Number(row.dataset.at)).href, "_blank", "noopener")
    return
  }
  event.preventDefault()
  if (!onLink && String(window.getSelection()) !== "") return // somebody is marking text to copy it
  open(state, state.data.rows[Number(row.dataset.at)].id)
}

function pressed(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  const last = state.data.rows.length - 1
  const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: PAGE, PageUp: -PAGE, Home: -last, End: last }
  if (event.key === " ") open(state, state.data.rows[state.at].id)
  else if (event.key in moves) focusRow(state, state.at + moves[event.key])
  else return
  event.preventDefault()
  event.stopPropagation()
}

// ---- life ------------------------------------------------------------------------------------------------------------

function begin(parentElement) {
  const root = el("div", "bhi-ct-root")
  root.id = "bhi-ct" // where the link "Skip to the table" leads; from there the focus goes on to the row
  root.tabIndex = -1
  root.addEventListener("focus", () => focusRow(tables.get(parentElement), tables.get(parentElement).at))
  const end = el("div")
  root.append(end)
  parentElement.append(root)
  const width = widthClass(root.clientWidth || WIDE)
  const state = { root, end, text: null, about: null, data: null, width, table: null, body: null, group: null, drawn: 0, at: 0, turn: 0, made: new Map() }
  state.watchEnd = new IntersectionObserver(
    (seen) => {
      if (seen.some((one) => one.isIntersecting)) growBy(state)
    },
    { root: scrollParent(root), rootMargin: `${AHEAD}px 0px` },
  )
  state.watchWidth = new ResizeObserver((seen) => {
    const px = seen[seen.length - 1].contentRect.width
    const now = widthClass(px)
    if (px > 0 && now !== state.width && state.data) {
      state.width = now
      redraw(state)
    }
  })
  state.watchWidth.observe(root)
  return state
}

function growBy(state) {
  drawUpTo(state, state.drawn + STEP)
  if (state.drawn >= state.data.rows.length) return
  state.watchEnd.unobserve(state.end) // asked again, so that it answers even when the end is still near
  state.watchEnd.observe(state.end)
}

function show(state, text) {
  const data = JSON.parse(text)
  const id = state.table && state.data.rows.length ? String(state.data.rows[state.at].id) : leftFrom
  const found = data.rows.findIndex((row) => String(row.id) === id)
  const back = state.table === null && found >= 0
  const about = JSON.stringify([data.scales, data.classes]) // what rows are drawn with, besides what they say
  if (about !== state.about || state.made.size > KEPT) state.made.clear()
  state.about = about
  state.text = text
  state.data = data
  state.at = found >= 0 ? found : Math.max(0, Math.min(state.at, data.rows.length - 1))
  redraw(state)
  if (back) focusRow(state, state.at, "center")
  if (back) leftFrom = null
}

export default function caseloadTable(component) {
  const { parentElement, data, setTriggerValue } = component
  let state = tables.get(parentElement)
  const fresh = state === undefined
  if (fresh) {
    state = begin(parentElement)
    tables.set(parentElement, state)
  }
  state.send = setTriggerValue
  const text = utf8.decode(data)
  if (text !== state.text) show(state, text) // a run that changed nothing here leaves the table as it stands
  return () => {
    if (parentElement.isConnected) return // Streamlit also cleans up after a call that newer data overtook
    state.turn += 1 // nothing is drawn any more
    state.watchEnd.disconnect()
    state.watchWidth.disconnect()
    tables.delete(parentElement)
  }
}
