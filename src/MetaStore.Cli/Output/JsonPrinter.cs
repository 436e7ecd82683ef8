using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output.Batching;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>JSON in etcdctl's form: field names of the protocol, byte strings in base64, numbers as numbers, defaults omitted.</summary>
internal sealed class JsonPrinter(TextWriter output) : Printer(output)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Put(PutResponse response) => Print(Convert(response));

    public override void Range(RangeResponse response, bool valuesOnly, bool countOnly) => Print(Convert(response));

    public override void Delete(DeleteRangeResponse response) => Print(Convert(response));

    public override void Txn(TxnResponse response) => Print(Convert(response));

    public override void Compaction(long revision, CompactionResponse response) => Print(Convert(response));

    public override void Grant(LeaseGrantResponse response) => Print(LeaseJson.Grant(response));

    public override void Revoke(long id, LeaseRevokeResponse response) => Print(Convert(response));

    public override void TimeToLive(LeaseTimeToLiveResponse response, bool withKeys) => Print(LeaseJson.TimeToLive(response));

    public override void Leases(LeaseLeasesResponse response) => Print(LeaseJson.Leases(response));

    public override void KeepAlive(LeaseKeepAliveResponse response) => Print(LeaseJson.KeepAlive(response));

    public override void Watch(WatchResponse response)
    {
        if (!response.Created)
        {
            Print(new JsonObject
            {
                ["Header"] = Convert(response.Header),
                ["Events"] = new JsonArray([.. response.Events.Select(Convert)]),
                ["CompactRevision"] = response.CompactRevision,
                ["Canceled"] = response.Canceled,
                ["Created"] = false,
            });
        }
    }

    public override void Members(MemberListResponse response) => Print(Convert(response));

    public override void MemberAdd(string name, MemberAddResponse response) => Print(Convert(response));

    public override void MemberRemove(ulong id, MemberRemoveResponse response) => Print(Convert(response));

    public override void MemberUpdate(ulong id, MemberUpdateResponse response) => Print(Convert(response));

    public override void MemberPromote(ulong id, MemberPromoteResponse response) => Print(Convert(response));

    public override void MoveLeader(ulong from, ulong to, MoveLeaderResponse response) => Print(Convert(response));

    public override void Alarms(AlarmResponse response) => Print(Convert(response));

    public override void AuthChanged(string line, IMessage response) => Print(Convert(response));

    public override void AuthStatus(AuthStatusResponse response) => Print(Convert(response));

    public override void User(string name, AuthUserGetResponse response) => Print(Convert(response));

    public override void Users(AuthUserListResponse response) => Print(Convert(response));

    public override void Role(string name, AuthRoleGetResponse response) => Print(Convert(response));

    public override void Roles(AuthRoleListResponse response) => Print(Convert(response));

    public override void SnapshotSaved(string path, BackupSummary summary) => SnapshotStatus(summary);

    public override void SnapshotStatus(BackupSummary summary) => Print(new JsonObject
    {
        ["hash"] = summary.Hash,
        ["revision"] = summary.Revision,
        ["totalKey"] = summary.Entries,
        ["totalSize"] = summary.Bytes,
    });

    public override void Status(IReadOnlyList<EndpointStatus> endpoints) =>
        Print(List(endpoints, endpoint => ("Status", endpoint.Endpoint, endpoint.Response, endpoint.Error)));

    public override void Health(IReadOnlyList<EndpointHealth> endpoints) => Print(new JsonArray([.. endpoints.Select(endpoint =>
    {
        var row = new JsonObject
        {
            ["endpoint"] = endpoint.Endpoint,
            ["health"] = endpoint.Error is null,
            ["took"] = $"{endpoint.Took.TotalMilliseconds:0.###}ms",
        };
        if (endpoint.Error is not null)
        {
            row["error"] = endpoint.Error;
        }

        return (JsonNode)row;
    })]));

    public override void Hashes(IReadOnlyList<EndpointHash> endpoints) =>
        Print(List(endpoints, endpoint => ("HashKV", endpoint.Endpoint, endpoint.Response, endpoint.Error)));

    public override void Admission(IReadOnlyList<AdmissionReport> endpoints) =>
        Print(List(endpoints, endpoint => ("Admission", endpoint.Endpoint, endpoint.Statistics, null)));

    public override void Batching(IReadOnlyList<BatchingReport> endpoints) =>
        Print(List(endpoints, endpoint => ("Batching", endpoint.Endpoint, endpoint.Answer, endpoint.Error)));

    public override void BatchingChanged(BatchSettings asked, IReadOnlyList<BatchingChange> endpoints) => Print(new JsonArray([.. endpoints.Select(endpoint =>
    {
        var row = new JsonObject { ["Endpoint"] = endpoint.Endpoint };
        if (endpoint.Before is not null && endpoint.After is not null)
        {
            row["Before"] = Convert(endpoint.Before);
            row["After"] = Convert(endpoint.After);
        }

        if (endpoint.Error is not null)
        {
            row["Error"] = endpoint.Error;
        }

        return (JsonNode)row;
    })]));

    /// <summary>A message as JSON. Internal for tests.</summary>
    public static JsonObject Convert(IMessage message)
    {
        var json = new JsonObject();
        if (message is ResponseOp { ResponseCase: not ResponseOp.ResponseOneofCase.None } operation)
        {
            var answer = (IMessage)ResponseOp.Descriptor.FindFieldByNumber((int)operation.ResponseCase).Accessor.GetValue(operation);
            return new JsonObject { ["Response"] = new JsonObject { [operation.ResponseCase.ToString()] = Convert(answer) } };
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.ContainingOneof is { IsSynthetic: false } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) != field)
            {
                continue;
            }

            // A field with presence is printed when it is set, also if it is zero: batching has settings that are zero. etcdctl omits zeros; MetaStore's own
            // messages are printed completely.
            var value = field.Accessor.GetValue(message);
            if (field.ContainingOneof is { IsSynthetic: true } ? field.Accessor.HasValue(message) : !IsDefault(field, value) || (IsOwn(field.File) && value is not (null or System.Collections.ICollection { Count: 0 })))
            {
                json[field.Name] = field.IsRepeated
                    ? new JsonArray([.. ((System.Collections.IEnumerable)value).Cast<object>().Select(item => Scalar(field, item))])
                    : Scalar(field, value);
            }
        }

        return json;
    }

    private static JsonNode? Scalar(FieldDescriptor field, object value) => value switch
    {
        IMessage message => Convert(message),
        ByteString bytes => bytes.ToBase64(),
        Enum => EnumValue(field.EnumType, (int)value),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        uint number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        ulong number => JsonValue.Create(number),
        float number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        _ => throw new InvalidOperationException($"{field.FullName} has the type {value.GetType()}, which is none of protobuf's"),
    };

    /// <summary>etcdctl prints the numbers of etcd's enums; MetaStore's own have names.</summary>
    private static JsonValue EnumValue(EnumDescriptor type, int number) =>
        IsOwn(type.File) && type.FindValueByNumber(number) is { } named
            ? JsonValue.Create(named.Name)
            : JsonValue.Create(number);

    private static bool IsOwn(FileDescriptor file) => file.Package.StartsWith("metastore", StringComparison.Ordinal);

    private static bool IsDefault(FieldDescriptor field, object? value) => value switch
    {
        null => true,
        IMessage => false,
        System.Collections.ICollection list => list.Count == 0,
        ByteString bytes => bytes.IsEmpty && field.ContainingOneof is null,
        string text => text.Length == 0,
        bool flag => !flag,
        Enum number => (int)(object)number == 0 && field.ContainingOneof is null,
        _ => System.Convert.ToDouble(value) == 0 && field.ContainingOneof is null,
    };

    private static JsonArray List<T>(IEnumerable<T> endpoints, Func<T, (string Name, string Endpoint, IMessage? Response, string? Error)> split)
    {
        var list = new JsonArray();
        foreach (var (name, endpoint, response, error) in endpoints.Select(split))
        {
            var row = new JsonObject { ["Endpoint"] = endpoint };
            if (response is not null)
            {
                row[name] = Convert(response);
            }

            if (error is not null)
            {
                row["Error"] = error;
            }

            list.Add((JsonNode)row);
        }

        return list;
    }

    private void Print(JsonNode json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteTo(writer);
        }

        Output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
