# Makes every file of reference values again: Rscript forecasts/reference/all.R, from the root of the project.

scripts <- list.files('forecasts', pattern = '\\.R$', recursive = TRUE, full.names = TRUE)
scripts <- c('forecasts/reference/series.R', grep('forecasts/reference/', scripts, value = TRUE, invert = TRUE))
for (script in scripts) {
  message(script)
  if (system2('Rscript', script) != 0) stop(script, ' failed')
}
