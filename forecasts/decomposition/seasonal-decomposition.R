# Seasonal decomposition by R: the trend by ma(), the figure by decompose(), and both of them with what ours adds: the
# highest and the lowest deviation of a phase left out, and the figure drawn towards zero. Beside them stl(), which
# differs.

source('forecasts/reference/reference.R')

# Where a full window fits; ma() leaves the rest NA.
deviations_of <- function(y, m) as.numeric(ts(y, frequency = m) - ma(ts(y, frequency = m), m, centre = TRUE))

trimmed_mean <- function(values) {
  values <- sort(values[!is.na(values)])
  if (length(values) == 0) return(0)
  if (length(values) < 4) return(mean(values))
  mean(values[-c(1, length(values))])
}

# The share of a figure that noise alone would not show (James & Stein).
share_of <- function(deviations, figure, m) {
  left <- (deviations - rep_len(figure, length(deviations)))[!is.na(deviations)]
  by_chance <- sum(left^2) / max(1, length(left) - m) / (length(left) / m)
  max(0, 1 - by_chance / mean(figure^2))
}

figure_of <- function(deviations, m) {
  phases <- (seq_along(deviations) - 1) %% m
  figure <- as.numeric(tapply(deviations, phases, trimmed_mean))
  figure <- figure - mean(figure)
  figure * share_of(deviations, figure, m)
}

# Before the first full window the trend is flat, and after the last it goes on at half its pace over the last season.
deviations_everywhere <- function(y, m) {
  n <- length(y)
  trend <- as.numeric(ma(ts(y, frequency = m), m, centre = TRUE))
  known <- which(!is.na(trend))
  last <- max(known)
  earlier <- max(min(known), last - m)
  pace <- 0.5 * (trend[last] - trend[earlier]) / (last - earlier)
  trend[seq_len(min(known) - 1)] <- trend[min(known)]
  after <- seq_len(n - last)
  trend[last + after] <- trend[last] + pace * after
  y - trend
}

# A changing season: each phase is smoothed over its own deviations, from the steady figure on.
changing <- function(y, m, adaptation) {
  figure <- figure_of(deviations_of(y, m), m)
  deviations <- deviations_everywhere(y, m)
  season <- numeric(length(y))
  for (phase in seq_len(m)) {
    at <- seq(phase, length(y), by = m)
    # HoltWinters() takes its start for the first observation: it is put in front.
    fit <- HoltWinters(
      c(figure[phase], deviations[at]), alpha = adaptation, beta = FALSE, gamma = FALSE, l.start = figure[phase]
    )
    figure[phase] <- fit$coefficients['a']
    levels <- c(fit$fitted[, 'level'], fit$coefficients['a'])
    season[at] <- (head(levels, -1) + levels[-1]) / 2
  }
  figure <- figure - mean(figure)
  list(adjusted = y - season, ahead = figure[(length(y) + seq_len(m) - 1) %% m + 1])
}

seasonal <- Filter(function(y) length(attr(y, 'periods')) > 0, read_series())
answers <- lapply(seasonal, function(series) {
  y <- as.numeric(series)
  m <- attr(series, 'periods')[1]
  deviations <- deviations_of(y, m)
  # With three whole seasons between the two half ones each phase has three deviations, of which none is left out.
  few <- head(y, 3 * m + 2 * (m %/% 2))
  four <- head(y, 4 * m + 2 * (m %/% 2))
  few_figure <- as.numeric(decompose(ts(few, frequency = m))$figure)
  by_stl <- stl(ts(y, frequency = m), 'periodic')$time.series
  with_change <- changing(y, m, 0.5)
  list(
    trend = na.omit(as.numeric(ma(ts(y, frequency = m), m, centre = TRUE))),
    few.decompose.figure = few_figure,
    few.share = share_of(deviations_of(few, m), few_figure, m),
    four.figure = figure_of(deviations_of(four, m), m),
    figure = figure_of(deviations, m),
    decompose.figure = decompose(ts(y, frequency = m))$figure,
    stl.figure = head(by_stl[, 'seasonal'], m),
    changing.adjusted = with_change$adjusted,
    changing.ahead = with_change$ahead
  )
})
write_reference('forecasts/decomposition/seasonal-decomposition.csv', answers)
