using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.StateMachine.Mvcc.Reading;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Keys;

/// <summary>The key browser's reads: a page of keys, one value, the history of a key. They read this member's own state and work without a leader.</summary>
internal sealed class KeyPages(OwnServices own, MvccReader reader)
{
    private const string RangePath = "/etcdserverpb.KV/Range";
    private const int KeysMax = 200;
    private const int ChangesMax = 50;

    /// <summary>Keys with a prefix, starting at one key, without values.</summary>
    /// <exception cref="BadArgumentException">An argument is invalid.</exception>
    public Task<byte[]> KeysAsync(HttpContext http)
    {
        byte[] prefix = KeyArguments.Bytes(http.Request, "prefix");
        byte[] from = KeyArguments.Bytes(http.Request, "from");
        byte[] first = from.AsSpan().SequenceCompareTo(prefix) > 0 ? from : prefix;
        var request = new RangeRequest
        {
            Key = ByteString.CopyFrom(first.Length > 0 ? first : [0]),
            RangeEnd = ByteString.CopyFrom(KeyArguments.EndOf(prefix)),
            Limit = Limit(http.Request, KeysMax),
            KeysOnly = true,
            Serializable = true,
        };
        return ReadAsync(http, request, (json, response) =>
        {
            PairJson.Number(json, "count", response.Count);
            json.WriteBoolean("more", response.More);
            json.WriteStartArray("keys");
            foreach (KeyValue pair in response.Kvs)
            {
                json.WriteStartObject();
                PairJson.Write(json, pair, valueMax: -1);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>One key with its value, at the current or a given revision.</summary>
    /// <exception cref="BadArgumentException">An argument is invalid.</exception>
    public Task<byte[]> ValueAsync(HttpContext http)
    {
        var request = new RangeRequest { Key = Key(http.Request), Revision = KeyArguments.Number(http.Request, "revision"), Serializable = true };
        return ReadAsync(http, request, static (json, response) =>
        {
            json.WriteBoolean("found", response.Kvs.Count > 0);
            if (response.Kvs.Count > 0)
            {
                PairJson.Write(json, response.Kvs[0], PairJson.ValueBytesMax);
            }
        });
    }

    /// <summary>Changes of one key, newest first.</summary>
    /// <exception cref="BadArgumentException">An argument is invalid.</exception>
    public Task<byte[]> HistoryAsync(HttpContext http)
    {
        ByteString key = Key(http.Request);
        long before = KeyArguments.Number(http.Request, "before");
        long limit = Limit(http.Request, ChangesMax);

        // Reads the key first: a caller that may not read it may not read its history either.
        return ReadAsync(http, new RangeRequest { Key = key, CountOnly = true, Serializable = true }, (json, _) =>
        {
            using ReadTxn txn = reader.OpenRead();
            IReadOnlyList<KeyChange> changes = txn.History(key.Span, before, (int)limit + 1);
            PairJson.Number(json, "compacted_revision", Math.Max(txn.CompactedRevision, 0));
            json.WriteBoolean("more", changes.Count > limit);
            json.WriteStartArray("changes");
            foreach (KeyChange change in changes.Take((int)limit))
            {
                json.WriteStartObject();
                Write(json, txn, key, change);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, ReadTxn txn, ByteString key, KeyChange change)
    {
        PairJson.Number(json, "mod_revision", change.Revision);
        PairJson.Number(json, "create_revision", change.CreateRevision);
        PairJson.Number(json, "version", change.Version);
        json.WriteBoolean("delete", change.IsDelete);

        // After a compaction the kept version is readable at the compacted revision only.
        if (!change.IsDelete && txn.TryGetAt(key.Span, Math.Max(change.Revision, txn.CompactedRevision), out var pair) && pair.ModRevision == change.Revision)
        {
            json.WriteBase64String("value", pair.Value.Span[..Math.Min(pair.Value.Length, PairJson.PreviewBytesMax)]);
            json.WriteNumber("value_bytes", pair.Value.Length);
        }
    }

    private static ByteString Key(HttpRequest request)
    {
        byte[] key = KeyArguments.Bytes(request, "key");
        return key.Length > 0 ? ByteString.CopyFrom(key) : throw new BadArgumentException("key is missing");
    }

    private static long Limit(HttpRequest request, int max) => KeyArguments.Number(request, "limit") is > 0 and var asked ? Math.Min(asked, max) : max;

    private Task<byte[]> ReadAsync(HttpContext http, RangeRequest request, Action<Utf8JsonWriter, RangeResponse> write) => own.CallAsync(
        RangePath, request, OwnServices.Caller.Of(http), (RangeResponse response) => Render(response, write), http.RequestAborted);

    private static byte[] Render(RangeResponse response, Action<Utf8JsonWriter, RangeResponse> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            PairJson.Number(json, "revision", response.Header.Revision);
            write(json, response);
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
