// Prints what vaste makes of each event. Usage: java Consume BOOTSTRAP; README.md beside it has the rest.
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import vaste.v1.Enriched.EnrichedEvent;

public class Consume {
  public static void main(String[] args) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "group.id", "example-java",
        "auto.offset.reset", "earliest", "isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings, bytes, bytes)) {
      consumer.subscribe(List.of("vaste.enriched"));
      while (true) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          EnrichedEvent one = EnrichedEvent.parseFrom(record.value());
          String id = new String(record.headers().lastHeader("ce_id").value());
          System.out.println(id + " " + one.getEvent().getId() + " " + one.getConversationId());
        }
      }
    }
  }
}
