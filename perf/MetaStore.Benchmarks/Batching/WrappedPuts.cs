using System.Text.Json;
using Google.Protobuf;
using MetaStore.Batching.Entries;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Benchmarks.Batching;

/// <summary>The same puts as a log entry of the codec, as a protobuf message and as JSON.</summary>
/// <remarks>
/// Protobuf is a generated message of the same shape: two integers and a list of byte strings, which etcd's LeaseTimeToLiveResponse happens
/// to be. JSON is System.Text.Json with bytes in base64.
/// </remarks>
internal static class WrappedPuts
{
    public static byte[] AsEntry(IReadOnlyList<ReadOnlyMemory<byte>> commands) => BatchCodec.Encode(memberId: 1, firstId: 1, commands);

    public static byte[] AsProtobuf(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        var message = new LeaseTimeToLiveResponse { ID = 1, TTL = 1 };
        message.Keys.Capacity = commands.Count;
        foreach (var command in commands)
        {
            // The cheapest way: no copy until it is written.
            message.Keys.Add(UnsafeByteOperations.UnsafeWrap(command));
        }

        return message.ToByteArray();
    }

    public static byte[] AsJson(IReadOnlyList<ReadOnlyMemory<byte>> commands) => JsonSerializer.SerializeToUtf8Bytes(new JsonBatch(1, 1, commands));

    public static int ReadEntry(ReadOnlyMemory<byte> bytes)
    {
        var sum = 0;
        foreach (var command in BatchCodec.Decode(bytes))
        {
            sum += command.Length;
        }

        return sum;
    }

    public static int ReadProtobuf(byte[] bytes)
    {
        var sum = 0;
        foreach (var command in LeaseTimeToLiveResponse.Parser.ParseFrom(bytes).Keys)
        {
            sum += command.Length;
        }

        return sum;
    }

    public static int ReadJson(byte[] bytes)
    {
        var sum = 0;
        foreach (var command in JsonSerializer.Deserialize<JsonBatch>(bytes)!.Commands)
        {
            sum += command.Length;
        }

        return sum;
    }

    internal sealed record JsonBatch(ulong MemberId, ulong FirstId, IReadOnlyList<ReadOnlyMemory<byte>> Commands);
}
