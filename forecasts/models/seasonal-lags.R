# Regression on seasonal lags by R: the ridge by lm(), for the lags that each model takes at each period.

source('forecasts/reference/reference.R')
source('forecasts/reference/lags.R')

lags <- list(
  residents = list(recent = c(1, 2, 4, 5), many = c(1, 2, 4, 5, 8, 12, 16)),
  'air-passengers' = list(recent = c(1, 2, 12, 13)),
  'accidental-deaths' = list(recent = c(1, 2, 12, 13)),
  gas = list(recent = c(1, 2, 4, 5), many = c(1, 2, 4, 5, 8, 12, 16)),
  nottingham = list(recent = c(1, 2, 12, 13)),
  drivers = list(recent = c(1, 2, 12, 13)),
  days = list(recent = c(1, 2, 7, 8), many = c(1, 2, 7, 8, 14, 21, 28)),
  hours = list(
    recent = c(1, 2, 3, 24, 25, 26, 48),
    whole = c(1, 2, 24, 25, 24 * (2:7), 169),
    few = c(24, 48, 168),
    two = c(1, 24, 168, 169, 192, 336),
    scattered = c(24, 72, 120, 168, 336)
  )
)

series <- read_series()
answers <- lapply(setNames(nm = names(lags)), function(name) {
  y <- as.numeric(series[[name]])
  unlist(lapply(names(lags[[name]]), function(model) {
    of_model <- lags[[name]][[model]]
    coefficients <- ridge_lags(y, of_model, 1e-3)
    answer <- list(coefficients, continue_lags(y, of_model, coefficients, 24))
    setNames(answer, paste(model, c('coefficients', 'mean'), sep = '.'))
  }), recursive = FALSE)
})
write_reference('forecasts/models/seasonal-lags.csv', answers)
