using System.Buffers.Binary;

namespace MetaStore.Server.Listening.Tls.Revocation;

/// <summary>A certificate's serial number, up to 20 octets (RFC 5280 section 4.1.2.2), without leading zeros.</summary>
internal readonly record struct CertificateSerial
{
    private const int OctetsMax = 20;

    private readonly UInt128 _low;
    private readonly uint _high;

    private CertificateSerial(UInt128 low, uint high) => (_low, _high) = (low, high);

    /// <summary>Reads big-endian octets.</summary>
    /// <returns>False when there are more than 20 that count.</returns>
    public static bool TryRead(ReadOnlySpan<byte> octets, out CertificateSerial serial)
    {
        octets = octets.TrimStart((byte)0);
        serial = default;
        if (octets.Length > OctetsMax)
        {
            return false;
        }

        Span<byte> whole = stackalloc byte[OctetsMax];
        whole.Clear();
        octets.CopyTo(whole[(OctetsMax - octets.Length)..]);
        serial = new CertificateSerial(BinaryPrimitives.ReadUInt128BigEndian(whole[sizeof(uint)..]), BinaryPrimitives.ReadUInt32BigEndian(whole));
        return true;
    }
}
