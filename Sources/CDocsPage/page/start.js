/* Reads the document, builds the page. */

const themes = ['system', 'light', 'dark'];

function setTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byID('page-theme').textContent = `Theme: ${theme}`;
}

function setUpTheme() {
  let theme = 'system';
  try {
    theme = themes.find(one => one === localStorage.getItem('icegate-theme')) ?? 'system';
  } catch {
    // Without storage, the choice lasts as long as the page.
  }
  setTheme(theme);
  byID('page-theme').addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    setTheme(theme);
    try {
      localStorage.setItem('icegate-theme', theme);
    } catch {
      // See above.
    }
  });
}

function build() {
  const operations = operationsOf(api);
  const byTag = Map.groupBy(operations, operation => operation.tag);
  const order = (api.tags ?? []).map(tag => tag?.name).filter(name => byTag.has(name));
  const tags = [...new Set([...order, ...byTag.keys()])];
  for (const operation of operations) {
    operation.item = operationItem(operation);
    operation.words = [operation.method, operation.path, operation.name, operation.tag, operation.node.summary ?? '']
      .join(' ').toLowerCase();
  }
  const groups = tags.map(tag => [tag, byTag.get(tag), serviceSection(tag, byTag.get(tag))]);
  document.title = `${String(api.info?.title ?? 'API')} – icegate`;
  byID('page-main').replaceChildren(...[
    overview(operations, tags), credentialsPanel(), ...groups.map(([, , section]) => section),
    typesSection(), errorsSection(operations)].filter(Boolean));
  navigation(groups);
  setUpFilter(groups);
  for (const item of document.querySelectorAll('details.item')) {
    item.addEventListener('toggle', () => {
      if (!item.open || location.hash === `#${item.id}`) return;
      history.replaceState(null, '', `#${item.id}`);
      markCurrent(item.id);
    });
  }
  addEventListener('hashchange', () => goTo(location.hash));
  document.addEventListener('click', event => {
    const hash = event.target.closest?.('a[href^="#"]')?.getAttribute('href');
    if (hash && hash === location.hash) goTo(hash);
  });
  if (operations.length === 1 && !location.hash) {
    operations[0].item.open = true;
  } else {
    goTo(location.hash);
  }
}

async function start() {
  setUpTheme();
  byID('page-menu').addEventListener('click', () => openMenu(!byID('page-nav').classList.contains('open')));
  try {
    const response = await fetch(addressOf('/openapi.json'), { cache: 'no-cache' });
    if (!response.ok) throw new Error(`status ${response.status}`);
    api = await response.json();
    build();
  } catch (error) {
    byID('page-main').replaceChildren(el('p', { role: 'alert' }, `openapi.json can’t be read: ${error.message}`));
  }
}

start();
