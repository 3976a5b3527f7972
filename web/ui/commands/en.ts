import type { zh } from "./zh";

export const en: typeof zh = {
  types: {
    "visit.depart": "Set out",
    "visit.arrive": "Arrived",
    "visit.photograph": "Photograph",
    "visit.meet": "Who was met",
    "visit.note": "Note",
    "visit.finish": "Outcome",
    "visit.abort": "Broken off",
    "agreement.sign": "Plan signed",
    "contact.record": "Call",
    "payment.report": "Payment reported",
    "notice.serve": "Document served",
    "notice.refuse": "Document not taken",
    "complaint.receive": "Complaint",
    "clock.changed": "The phone’s clock was set",
    "device.health": "State of the phone",
    "device.pin_set": "PIN chosen",
    "safety.sos": "Call for help",
    "safety.check_in": "All is well",
    "track.segment": "Way of the shift",
  },
};
