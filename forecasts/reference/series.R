# The series that models are compared on: public measurements, as R ships them in its package `datasets`, and a few made
# by a formula that show what these lack. Writes series.csv, one line each: name,periods,value,value …

made <- function(n, formula, periods = numeric()) structure(vapply(seq_len(n) - 1, formula, 0), periods = periods)
measured <- function(series) {
  m <- frequency(series)
  structure(as.numeric(series), periods = if (m > 1) m else numeric())
}

series <- list(
  # The annual flow of the Nile at Aswan 1871-1970, 10^8 m3 (Cobb 1978).
  nile = measured(Nile),
  # The level of Lake Huron 1875-1972, feet (Brockwell & Davis 1991).
  'lake-huron' = measured(LakeHuron),
  # Lynx trapped in the Mackenzie River district 1821-1934 (Campbell & Walker 1977).
  lynx = measured(lynx),
  # Sunspots of the years 1700-1988 (Tong 1996).
  sunspots = measured(sunspot.year),
  # The mean temperature of New Haven, Connecticut, 1912-1971, degrees Fahrenheit (McNeil 1977).
  'new-haven' = measured(nhtemp),
  # Revenue passenger miles of US airlines 1937-1960 (FAA Statistical Handbook of Aviation).
  'air-miles' = measured(airmiles),
  # The population of the United States 1790-1970, millions (US census).
  population = measured(structure(as.numeric(uspop))),
  # Great inventions and discoveries of the years 1860-1959 (The World Almanac 1975).
  discoveries = measured(discoveries),
  # Residents of Australia by quarter 1971-1993, thousands (Australian Bureau of Statistics).
  residents = measured(ts(as.numeric(austres), frequency = 4)),
  # Airline passengers by month 1949-1960, thousands (Box, Jenkins & Reinsel 1976).
  'air-passengers' = measured(AirPassengers),
  # Accidental deaths in the United States by month 1973-1978 (Brockwell & Davis 1991).
  'accidental-deaths' = measured(USAccDeaths),
  # UK gas consumption by quarter 1960-1986, million therms (Durbin & Koopman 2001).
  gas = measured(UKgas),
  # The temperature at Nottingham Castle by month 1920-1939, degrees Fahrenheit (Anderson 1976).
  nottingham = measured(nottem),
  # Car drivers killed or seriously injured in Great Britain by month 1969-1984 (Harvey 1989).
  drivers = measured(UKDriverDeaths),
  # Days with a week in them, slow growth and what looks like noise.
  days = made(140, function(t) {
    100 + 0.3 * t + c(0, 10, 20, 10, 0, -20, -20)[t %% 7 + 1] + 6 * sin(t * t * 1.7)
  }, 7),
  # Hours with a day and a week in them.
  hours = made(840, function(t) {
    50 + 10 * sin(2 * pi * t / 24) - (if (t %/% 24 %% 7 > 4) 15 else 0) + 3 * sin(t * t * 1.7)
  }, c(24, 168)),
  # Demand that comes now and then, demand that has ended, and demand that is rare.
  'now-and-then' = made(120, function(t) if ((t * t + 3 * t) %% 11 < 4) 5 + (7 * t) %% 13 else 0),
  'winding-down' = made(120, function(t) if (t < 80 && (t * t) %% 7 < 3) 8 + (5 * t) %% 3 else 0),
  rare = made(120, function(t) if ((t * t * t) %% 17 == 5) 1 + t %% 4 else 0)
)

lines <- vapply(names(series), function(name) {
  values <- series[[name]]
  paste(c(name, paste(attr(values, 'periods'), collapse = ' '), sprintf('%.10g', values)), collapse = ',')
}, '')
writeLines(c(sprintf('# R %s: Rscript forecasts/reference/series.R', getRversion()), lines), 'forecasts/reference/series.csv')
