using System.Security.Cryptography;
using System.Text;

namespace MetaStore.Server.Auth.Passwords;

/// <summary>Passwords that were right a short while ago, as keyed hashes: a client that authenticates again needs no bcrypt. Failures are not kept.</summary>
/// <remarks>The key is random and of this process. Thread-safe.</remarks>
internal sealed class PasswordCache(TimeProvider time)
{
    /// <summary>Entries; the oldest half is dropped when there are more.</summary>
    public const int CountMax = 10_000;

    /// <summary>Life of an entry after its last use.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _gate = new();
    private readonly Dictionary<(string User, string Hash), Entry> _entries = [];

    /// <summary>True when this password of this user was found right against this hash.</summary>
    public bool Knows(string user, string hash, string password)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((user, hash), out Entry? entry))
            {
                return false;
            }

            if (time.GetElapsedTime(entry.UsedAt) > Life)
            {
                _entries.Remove((user, hash));
                return false;
            }

            if (!CryptographicOperations.FixedTimeEquals(entry.Proof, ProofOf(password)))
            {
                return false;
            }

            entry.UsedAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Keeps a password that was right.</summary>
    public void Add(string user, string hash, string password)
    {
        lock (_gate)
        {
            _entries[(user, hash)] = new Entry(ProofOf(password)) { UsedAt = time.GetTimestamp() };
            if (_entries.Count > CountMax)
            {
                foreach ((string, string) oldest in _entries.OrderBy(pair => pair.Value.UsedAt).Take(CountMax / 2).Select(pair => pair.Key).ToArray())
                {
                    _entries.Remove(oldest);
                }
            }
        }
    }

    private byte[] ProofOf(string password) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password));

    private sealed class Entry(byte[] proof)
    {
        public byte[] Proof => proof;

        public long UsedAt { get; set; }
    }
}
