using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MetaStore.Protocol.Elections;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>Well-formed but meaningless requests of every method: each field has an extreme or random value.</summary>
/// <remarks>Excludes administrative calls that have an effect on the cluster by design: members, alarms, leadership, users.</remarks>
public static class RandomMessages
{
    private const int Deepest = 6;

    private static readonly string[] Harmful = ["Alarm", "MoveLeader", "Downgrade", "MemberAdd", "MemberRemove", "MemberUpdate", "MemberPromote"];

    private static readonly MethodDescriptor[] Methods =
    [
        .. new[]
            {
                KV.Descriptor, Watch.Descriptor, Lease.Descriptor, Protocol.Etcd.Cluster.Descriptor, Maintenance.Descriptor,
                Protocol.Locks.Lock.Descriptor, Election.Descriptor,
            }
            .SelectMany(service => service.Methods).Where(method => !Harmful.Contains(method.Name)),
    ];

    private static readonly long[] Numbers = [0, 1, -1, 2, 100, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 62, -(1L << 53)];

    /// <summary>A random method and a request for it.</summary>
    public static (MethodDescriptor Method, IMessage Request) Any(Random random)
    {
        var method = Methods[random.Next(Methods.Length)];
        return (method, Message(method.InputType, random, Deepest));
    }

    /// <summary>Makes calls on one connection as fast as possible.</summary>
    public static async Task RunAsync(Attack attack)
    {
        using var connection = await RawConnection.TryOpenHttp2Async(attack.Target);
        for (var stream = 1; connection is not null && !attack.End.IsCancellationRequested; stream += 2)
        {
            var (method, request) = Any(attack.Random);
            var bytes = request.ToByteArray();
            if (attack.Random.Next(5) == 0 && bytes.Length > 0)
            {
                bytes[attack.Random.Next(bytes.Length)] ^= (byte)(1 << attack.Random.Next(8));
                bytes = bytes[..attack.Random.Next(bytes.Length + 1)];
            }

            byte[] body = Frames.Message(0, (uint)bytes.Length, bytes);
            if (body.Length > 16 << 10)
            {
                continue;
            }

            byte[] call =
            [
                .. Frames.Request(stream, $"/{method.Service.FullName}/{method.Name}"), .. Frames.Of(Frames.Data, Frames.EndStream, stream, body),
            ];
            if (!await connection.TrySendAsync(call, attack.End))
            {
                return;
            }
        }
    }

    private static IMessage Message(MessageDescriptor type, Random random, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (random.Next(3) == 0 || (field.FieldType == FieldType.Message && depth == 0))
            {
                continue;
            }

            if (field.IsMap)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = random.Next(4); i > 0; i--)
                {
                    list.Add(Value(field, random, depth));
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, random, depth));
            }
        }

        return message;
    }

    private static object Value(FieldDescriptor field, Random random, int depth)
    {
        var number = random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : random.NextInt64();
        return field.FieldType switch
        {
            FieldType.Message => Message(field.MessageType, random, depth - 1),
            FieldType.Bytes => ByteString.CopyFrom(Bytes(random)),
            FieldType.String => JsonSerializer.Serialize(random.Next()),
            FieldType.Bool => random.Next(2) == 0,
            FieldType.Enum => random.Next(5) == 0 ? (int)number : field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number,
            FieldType.Int32 => (int)number,
            FieldType.UInt32 => (uint)number,
            FieldType.UInt64 => (ulong)number,
            FieldType.Int64 => number,
            _ => throw new NotSupportedException($"{field.FullName} is of a type that etcd's messages do not have: {field.FieldType}"),
        };
    }

    /// <summary>Mostly keys of a small set, sometimes a few kilobytes; never a key of the well-behaved client.</summary>
    private static byte[] Bytes(Random random) => random.Next(8) switch
    {
        0 => [],
        1 => [0],
        2 => new byte[random.Next(4096)],
        _ => [(byte)'h', (byte)random.Next(256)],
    };
}
