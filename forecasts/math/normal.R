# The normal distribution by R: qnorm() and pnorm().

source('forecasts/reference/reference.R')

probabilities <- c(0.0005, 0.001, 0.005, 0.01, seq(0.025, 0.975, by = 0.025), 0.99, 0.995, 0.999, 0.9995)
points <- seq(-8, 8, by = 0.25)
write_reference('forecasts/math/normal.csv', list(
  quantile = list(at = probabilities, values = qnorm(probabilities)),
  probability = list(at = points, values = pnorm(points))
))
