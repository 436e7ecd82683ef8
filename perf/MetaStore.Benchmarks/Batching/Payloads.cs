using System.Text;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>Batches of 100 puts of 1 KiB whose values are of one kind. The same bytes at every run.</summary>
internal static class Payloads
{
    private const int Puts = 100;
    private const int ValueBytes = 1024;

    public static string[] Kinds { get; } = ["zeros", "json", "base64", "counters", "random"];

    /// <summary>The encoded puts of a kind.</summary>
    public static ReadOnlyMemory<byte>[] Commands(string kind)
    {
        var random = new Random(12);
        return [.. Enumerable.Range(0, Puts).Select(number => Encoded(number, Value(kind, number, random)))];
    }

    private static byte[] Value(string kind, int number, Random random)
    {
        var bytes = new byte[ValueBytes];
        switch (kind)
        {
            case "zeros":
                break;
            case "json":
                var record = $$"""{"name":"volume-{{number:d6}}","state":"{{(number % 7 == 0 ? "degraded" : "healthy")}}","size":{{random.Next(1 << 30)}},"owner":"tenant-{{random.Next(40)}}","replicas":[{{random.Next(64)}},{{random.Next(64)}},{{random.Next(64)}}]}""";
                for (var at = 0; at < bytes.Length; at += record.Length)
                {
                    Encoding.ASCII.GetBytes(record).AsSpan(0, Math.Min(record.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                }

                break;
            case "base64":
                var noise = new byte[ValueBytes];
                random.NextBytes(noise);
                Encoding.ASCII.GetBytes(Convert.ToBase64String(noise)).AsSpan(0, ValueBytes).CopyTo(bytes);
                break;
            case "counters":
                for (var at = 0; at < bytes.Length; at += sizeof(long))
                {
                    BitConverter.TryWriteBytes(bytes.AsSpan(at), (long)(number * 1000) + random.Next(1000));
                }

                break;
            default:
                random.NextBytes(bytes);
                break;
        }

        return bytes;
    }

    private static ReadOnlyMemory<byte> Encoded(int number, byte[] value)
    {
        var command = new PutCommand { Key = PutProposal.Key(number), Value = value };
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
