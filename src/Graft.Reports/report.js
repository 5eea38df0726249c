// Draws the charts of a report. The data-state of each figure then says whether it was drawn.
const ink = { labelColor: 'currentColor', titleColor: 'currentColor' };
const config = {
  background: null,
  font: 'system-ui, sans-serif',
  title: { color: 'currentColor', anchor: 'start' },
  axis: { ...ink, domainColor: 'currentColor', tickColor: 'currentColor', gridColor: 'currentColor', gridOpacity: 0.15, domainOpacity: 0.5, tickOpacity: 0.5 },
  legend: ink,
  header: ink,
  view: { stroke: null },
  text: { color: 'currentColor' },
  rule: { color: 'currentColor' },
  range: { category: ['#4c86c6', '#e39a3b', '#5aa469', '#b46aa8', '#c75d52', '#3fa7a3', '#8d7bc9', '#a08b54', '#d8799a', '#7d8896'] }
};
const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
for (const figure of document.querySelectorAll('figure.chart')) {
  const target = figure.querySelector('div');
  const specification = JSON.parse(figure.querySelector('script').textContent);
  // With ast, expressions are interpreted, because the page's policy forbids code made from text.
  vegaEmbed(target, specification, { mode: 'vega-lite', renderer: 'svg', actions: false, ast: true, logLevel: vega.Error, config, tooltip: { theme } })
    .then(() => { figure.dataset.state = 'drawn'; })
    .catch(error => { figure.dataset.state = 'failed'; target.textContent = 'This chart could not be drawn: ' + error.message; });
}
