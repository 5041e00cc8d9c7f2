/** The app's entry: registers every Azure Function. Nothing here loads a client or waits for anything. */
import './forget-what-is-old';
import './health';
import './management';
import './receive-service-hook';
import './record-dead-letters';
import './sweep';
import './telemetry';
import './work-queue';
