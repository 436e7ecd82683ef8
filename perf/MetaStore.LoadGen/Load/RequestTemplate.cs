using System.Globalization;
using System.Text;

namespace MetaStore.LoadGen.Load;

/// <summary>A request message encoded once; for each call only the digits of its keys are rewritten.</summary>
internal sealed class RequestTemplate
{
    /// <summary>Keys are "metaload/" and this many digits, so that every request of a kind has the same length.</summary>
    public const int KeyDigits = 10;

    private const string KeyPrefix = "metaload/";

    /// <summary>Placeholder for the digits; cannot occur in a value, since values are checked for it.</summary>
    private static readonly byte[] _slot = Encoding.ASCII.GetBytes(KeyPrefix + "##########");

    private readonly byte[] _message;
    private readonly int[] _digitOffsets;

    private RequestTemplate(string path, byte[] message)
    {
        Path = path;
        _message = message;
        List<int> offsets = [];
        for (int at = message.AsSpan().IndexOf(_slot); at >= 0;)
        {
            offsets.Add(at + KeyPrefix.Length);
            int next = message.AsSpan(at + _slot.Length).IndexOf(_slot);
            at = next < 0 ? -1 : at + _slot.Length + next;
        }

        _digitOffsets = [.. offsets];
    }

    /// <summary>"/package.Service/Method".</summary>
    public string Path { get; }

    /// <summary>KV.Put.</summary>
    public static RequestTemplate Put(ReadOnlySpan<byte> value) =>
        new("/etcdserverpb.KV/Put", PutMessage(_slot, value));

    /// <summary>KV.Range of one key, or of everything from it up to a limit.</summary>
    /// <param name="serializable">Any node's state will do.</param>
    /// <param name="limit">1: just the key. More: that many keys from it on.</param>
    public static RequestTemplate Range(bool serializable, int limit)
    {
        ProtoWriter writer = new ProtoWriter().Bytes(1, _slot);
        if (limit > 1)
        {
            writer.Bytes(2, "metaload0"u8).Varint(3, (ulong)limit);
        }

        return new RequestTemplate("/etcdserverpb.KV/Range", (serializable ? writer.Varint(7, 1) : writer).ToArray());
    }

    /// <summary>KV.Txn: if the key's version is above -1, which always holds, put it; else read it.</summary>
    /// <param name="value">Of every key.</param>
    /// <param name="puts">Keys that are put, up to 128. The others are the key with "/1", "/2" and so on.</param>
    public static RequestTemplate Txn(ReadOnlySpan<byte> value, int puts = 1)
    {
        ProtoWriter txn = new ProtoWriter().Bytes(1, new ProtoWriter().Varint(1, 1).Varint(2, 0).Bytes(3, _slot).Varint(4, ulong.MaxValue).ToArray());
        for (int i = 0; i < puts; i++)
        {
            byte[] key = i == 0 ? _slot : [.. _slot, .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/{i}"))];
            txn.Bytes(2, new ProtoWriter().Bytes(2, PutMessage(key, value)).ToArray());
        }

        byte[] range = new ProtoWriter().Bytes(1, new ProtoWriter().Bytes(1, _slot).ToArray()).ToArray();
        return new RequestTemplate("/etcdserverpb.KV/Txn", txn.Bytes(3, range).ToArray());
    }

    /// <summary>Lease.LeaseGrant for an hour, the id left to the server; the same for every key.</summary>
    public static RequestTemplate LeaseGrant() => new("/etcdserverpb.Lease/LeaseGrant", new ProtoWriter().Varint(1, 3600).ToArray());

    /// <summary>Auth.Authenticate.</summary>
    public static RequestTemplate Authenticate(string user, string password) => new(
        "/etcdserverpb.Auth/Authenticate", new ProtoWriter().Bytes(1, Encoding.UTF8.GetBytes(user)).Bytes(2, Encoding.UTF8.GetBytes(password)).ToArray());

    /// <summary>Maintenance.Status.</summary>
    public static RequestTemplate Status() => new("/etcdserverpb.Maintenance/Status", []);

    /// <summary>The message for one key; valid until the next call.</summary>
    public ReadOnlySpan<byte> ForKey(long key)
    {
        foreach (int offset in _digitOffsets)
        {
            long rest = key;
            for (int digit = KeyDigits - 1; digit >= 0; digit--)
            {
                _message[offset + digit] = (byte)('0' + (rest % 10));
                rest /= 10;
            }
        }

        return _message;
    }

    private static byte[] PutMessage(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => new ProtoWriter().Bytes(1, key).Bytes(2, value).ToArray();
}
