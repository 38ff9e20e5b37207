"""Writes the national holidays of Latin America, as the domain reads them.

A line has a country, a year or `*`, and dates as MMDD. Those behind `*` are holidays in each of the years.
"""

import holidays

COUNTRIES = "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE".split()
YEARS = range(2026, 2037)

print(f"# Made by infra/ci/holidays, of the PyPI package holidays {holidays.__version__}.")
for country in COUNTRIES:
    days = {year: set() for year in YEARS}
    for day in holidays.country_holidays(country, years=YEARS):
        if day.year in days:
            days[day.year].add(f"{day:%m%d}")
    always = set.intersection(*days.values())
    print(country, "*", *sorted(always))
    for year in YEARS:
        print(country, year, *sorted(days[year] - always))
