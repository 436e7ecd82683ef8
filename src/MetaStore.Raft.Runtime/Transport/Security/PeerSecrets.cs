using System.Security.Cryptography;

namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>Secrets shared by all members of a cluster. The first proves; each of them is accepted, so that they can be changed one member at a time. Immutable.</summary>
public sealed class PeerSecrets
{
    /// <summary>Shorter ones are refused: 256 bits, as many as the proof has.</summary>
    public const int BytesMin = 32;

    private readonly byte[][] _keys;

    /// <summary>Keeps copies.</summary>
    /// <param name="secrets">At least one, each of <see cref="BytesMin"/> bytes or more.</param>
    /// <exception cref="ArgumentException">There is none, or a short one.</exception>
    public PeerSecrets(IEnumerable<byte[]> secrets)
    {
        _keys = [.. secrets.Select(secret => (byte[])secret.Clone())];
        if (_keys.Length == 0 || _keys.Any(key => key.Length < BytesMin))
        {
            throw new ArgumentException($"at least one secret, and at least {BytesMin} bytes in each", nameof(secrets));
        }
    }

    /// <summary>HMAC-SHA-256 with the first secret.</summary>
    internal byte[] Prove(ReadOnlySpan<byte> statement) => HMACSHA256.HashData(_keys[0], statement);

    /// <summary>Whether a proof was made with one of the secrets. Takes the same time for each wrong proof.</summary>
    internal bool Accepts(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> proof)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        bool isRight = false;
        foreach (byte[] key in _keys)
        {
            HMACSHA256.HashData(key, statement, expected);
            isRight |= CryptographicOperations.FixedTimeEquals(expected, proof);
        }

        return isRight;
    }
}
