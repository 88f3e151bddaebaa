// What Kafka Streams needs for the path of vaste without any of its work: two hops, a store with its
// changelog, one record to each of two outputs, exactly once. Each event goes on as it is; the state
// of a key and the summary are 400 bytes.
//
//   java -cp JARS/* Peer.java BOOTSTRAP STATE_DIRECTORY THREADS
//
// Ends on SIGTERM, and prints how many events it passed.
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

public final class Peer {
    private static final int STATE_BYTES = 400;
    private static final LongAdder passed = new LongAdder();

    // The second hop: reads and writes the state of the key.
    private static final class Core implements Processor<byte[], byte[], byte[], byte[]> {
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<byte[], byte[]> store;

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
            store = given.getStateStore("state");
        }

        @Override
        public void process(Record<byte[], byte[]> event) {
            byte[] before = store.get(event.key());
            byte[] state = new byte[STATE_BYTES];
            byte[] event_bytes = event.value();
            for (int at = 0; at < STATE_BYTES; ++at) // As hard to compress as the events.
                state[at] = (byte) (event_bytes[at % event_bytes.length] + (before == null ? 0 : before[at] >> 1));
            store.put(event.key(), state);
            context.forward(event, "enriched");
            context.forward(event.withValue(state), "summaries");
            passed.increment();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        var given = new Properties();
        given.put(StreamsConfig.APPLICATION_ID_CONFIG, "peer");
        given.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        given.put(StreamsConfig.STATE_DIR_CONFIG, arguments[1]);
        given.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[2]);
        given.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        given.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        given.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        given.put("auto.offset.reset", "earliest");

        var bytes = Serdes.ByteArray();
        var topology = new Topology();
        topology.addSource("events", bytes.deserializer(), bytes.deserializer(),
            List.of("support.chat", "support.email", "support.phone", "support.social").toArray(new String[0]));
        topology.addSink("hop", "vaste.core", bytes.serializer(), bytes.serializer(), "events");
        topology.addSource("hopped", bytes.deserializer(), bytes.deserializer(), "vaste.core");
        topology.addProcessor("core", Core::new, "hopped");
        topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("state"), bytes, bytes), "core");
        topology.addSink("enriched", "vaste.enriched", bytes.serializer(), bytes.serializer(), "core");
        topology.addSink("summaries", "vaste.conversations", bytes.serializer(), bytes.serializer(), "core");

        var over = new CountDownLatch(1);
        var streams = new KafkaStreams(topology, given);
        streams.setUncaughtExceptionHandler(failure -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
            return null;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close(java.time.Duration.ofSeconds(20));
            System.out.println("passed " + passed.sum());
            over.countDown();
        }));
        streams.start();
        over.await();
    }
}
