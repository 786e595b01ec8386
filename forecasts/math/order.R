# Order statistics by R: quantile() of type 7, median(), mean() of the middle half, and runmed() where its window is
# whole.

source('forecasts/reference/reference.R')

answers <- lapply(read_series(), function(series) {
  y <- as.numeric(series)
  list(
    quantiles = quantile(y, c(0, 0.05, 0.1, 0.5, 0.9, 0.975, 1), type = 7),
    median = median(y),
    middle = mean(y, trim = 0.25),
    running = runmed(y, 7, endrule = 'keep')[4:(length(y) - 3)]
  )
})
write_reference('forecasts/math/order.csv', answers)
