import { photosWaiting, waiting } from "../../store/live";
import { record } from "../../sync/outbox";
import { batteryPercent, freeMegabytes, isPersisted } from "../enrol/storage";

/** The office knows how this phone is: room, battery, and what it still has to send. */
export async function reportHealth(): Promise<void> {
  const [free, persisted, battery_percent] = await Promise.all([freeMegabytes(), isPersisted(), batteryPercent()]);
  const payload = {
    storage_free_mb: free === null ? null : Math.floor(free),
    is_persisted: persisted,
    unsent: waiting.value.length + photosWaiting.value.length,
    battery_percent,
  };
  await record({ type: "device.health", payload });
}
