using System.Buffers;
using System.Text.Json;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Dashboard.Looks;

/// <summary>The status of the cluster as the line of JSON that pages read.</summary>
/// <remarks>IDs are hexadecimal text; indexes, revisions and times are numbers; names of times end in their unit.</remarks>
internal static class LookJson
{
    /// <summary>Writes a status; ends with a line feed.</summary>
    public static ReadOnlyMemory<byte> Line(ulong self, DateTimeOffset at, IReadOnlyList<MemberLook> members, IEnumerable<AlarmRecord> alarms)
    {
        var line = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("kind", "look");
            json.WriteNumber("at_ms", at.ToUnixTimeMilliseconds());
            json.WriteString("self", Id(self));
            json.WriteStartArray("members");
            foreach (MemberLook member in members)
            {
                Write(json, member);
            }

            json.WriteEndArray();
            json.WriteStartArray("alarms");
            foreach (AlarmRecord alarm in alarms)
            {
                json.WriteStartObject();
                json.WriteString("member", Id(alarm.Member));
                json.WriteString("alarm", alarm.Kind.ToString().ToUpperInvariant());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    /// <summary>A member's ID as etcd's tools show it.</summary>
    public static string Id(ulong id) => id.ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, MemberLook look)
    {
        MemberRecord member = look.Member;
        json.WriteStartObject();
        json.WriteString("id", Id(member.Id));
        json.WriteString("name", member.Name);
        json.WriteBoolean("learner", member.IsLearner);
        Write(json, "client_urls", member.ClientUrls);
        Write(json, "peer_urls", member.PeerUrls);
        json.WriteBoolean("up", look.Status is not null);
        json.WriteString("error", look.Error);
        json.WriteNumber("round_trip_us", (long)look.RoundTrip.TotalMicroseconds);
        if (look.Status is { } status)
        {
            Write(json, status);
        }

        if (look.Batching is { } batching)
        {
            json.WritePropertyName("batching");
            BatchingJson.Write(json, batching);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StatusResponse status)
    {
        json.WriteStartObject("status");
        json.WriteString("version", status.Version);
        json.WriteString("leader", status.Leader == 0 ? "" : Id(status.Leader));
        json.WriteNumber("term", status.RaftTerm);
        json.WriteNumber("raft_index", status.RaftIndex);
        json.WriteNumber("applied_index", status.RaftAppliedIndex);
        json.WriteNumber("revision", status.Header.Revision);
        json.WriteNumber("db_size", status.DbSize);
        json.WriteNumber("db_in_use", status.DbSizeInUse);
        json.WriteNumber("db_quota", status.DbSizeQuota);
        Write(json, "errors", status.Errors);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
