"""Addresses of the billing pages."""

from django.urls import path

from onebook.billing import views
from onebook.billing.views import (
    adjustments,
    exceptions,
    field,
    invoices,
    sums,
    tickets,
    trials,
)
from onebook.billing.views.error_rates import error_rates
from onebook.billing.views.quote import quote

urlpatterns = [
    path("billing/exceptions", exceptions.exceptions, name="exceptions"),
    path("billing/exceptions/decide", exceptions.decide, name="decide-exceptions"),
    path("billing/exceptions/<int:exception_id>", exceptions.exception, name="exception"),
    path("billing/exceptions/<int:exception_id>/estimate", exceptions.estimate, name="estimate"),
    path("billing/rereads/<int:exception_id>", exceptions.reread, name="reread"),
    path("billing/tickets", tickets.tickets, name="tickets"),
    path("billing/tickets/new", tickets.new_ticket, name="ticket-new"),
    path("billing/tickets/<int:ticket_id>", tickets.ticket, name="ticket"),
    path("billing/trial", trials.trial, name="trial"),
    path("billing/trial/run", trials.run, name="trial-run"),
    path("billing/trials/<int:trial_id>/<int:number>", trials.sample, name="trial-sample"),
    path("billing/error-rates", error_rates, name="error-rates"),
    path("billing/sales", sums.sales, name="sales"),
    path("billing/power-factor", sums.power_factors, name="power-factor"),
    path("billing/power-factor/bills", sums.power_factor_bills, name="power-factor-bills"),
    path("billing/revenue", sums.revenue_tie, name="revenue"),
    path("billing/adjustments/approved", sums.approved, name="adjustments-approved"),
    path("billing/issued", views.issued, name="issued"),
    path("billing/bills", views.bills, name="bills"),
    path("billing/batches/<int:batch_id>", views.batch, name="batch"),
    path("billing/invoices", invoices.register, name="invoices"),
    path("billing/invoices/upload", invoices.upload, name="invoice-upload"),
    path("billing/invoices/results", invoices.results, name="invoice-results"),
    path("billing/invoices/again", invoices.again, name="invoice-again"),
    path("billing/invoices/<int:invoice_id>", invoices.invoice, name="invoice"),
    path("billing/invoices/<int:invoice_id>/void", invoices.void, name="invoice-void"),
    path("billing/invoices/<int:invoice_id>/red", invoices.red, name="invoice-red"),
    path("billing/adjustments", adjustments.adjustments, name="adjustments"),
    path("billing/adjustments/new", adjustments.new, name="new-adjustment"),
    path("billing/adjustments/<int:adjustment_id>", adjustments.adjustment, name="adjustment"),
    path(
        "billing/adjustments/<int:adjustment_id>/counter",
        adjustments.counter,
        name="counter-adjustment",
    ),
    path(
        "billing/adjustments/<int:adjustment_id>/invoice",
        adjustments.invoice,
        name="adjustment-invoice",
    ),
    path("quote", quote, name="quote"),
    path("read/", field.page, name="field"),
    path("read/worker.js", field.worker, name="field-worker"),
    path("read/rounds.json", field.rounds, name="field-rounds"),
    path("read/entries", field.entries, name="field-entries"),
    path("read/photos/<uuid:key>", field.send_photo, name="field-send-photo"),
    path("read/photo/<str:sha256>", field.photo, name="field-photo"),
]
