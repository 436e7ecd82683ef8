using MetaStore.StateMachine.Auth;

namespace MetaStore.Server.Auth.Passwords;

/// <summary>Hashes and checks passwords, off the threads of calls. Thread-safe.</summary>
internal sealed class PasswordChecks : IDisposable
{
    private readonly PasswordThreads _threads;
    private readonly PasswordCache _cache;
    private readonly LoginThrottle _throttle;
    private readonly int _cost;
    private readonly int _lengthMin;
    private readonly Lazy<string> _dummy;
    private long _failed;
    private long _refused;

    /// <param name="cost">Of bcrypt, 4 to 31.</param>
    /// <param name="lengthMin">Characters that a new password needs; 0 = even none.</param>
    /// <param name="time">Clock of the cache and the throttle.</param>
    public PasswordChecks(int cost, int lengthMin, TimeProvider time)
    {
        (_cost, _lengthMin) = (cost, lengthMin);
        _threads = new PasswordThreads(PasswordThreads.DefaultCount);
        _cache = new PasswordCache(time);
        _throttle = new LoginThrottle(time);

        // What the password of a user that does not exist is checked against, so that the answer takes as long as for one that does.
        _dummy = new Lazy<string>(() => BcryptHash.Of("none", cost));
    }

    /// <summary>Logins with a wrong password, or with a user that does not exist.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Logins whose password was not looked at, because too many were waiting.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Hashes a new password.</summary>
    /// <returns>The hash, or why there is none.</returns>
    public async ValueTask<(ServerError Error, string Hash)> HashAsync(string password)
    {
        if (!BcryptHash.Fits(password))
        {
            return (ServerError.PasswordTooLong, "");
        }

        if (password.Length < _lengthMin)
        {
            return (ServerError.PasswordTooShort, "");
        }

        return _threads.TryRun(() => BcryptHash.Of(password, _cost)) is { } hashing ? (ServerError.None, await hashing) : (ServerError.TooManyLogins, "");
    }

    /// <summary>Checks a password.</summary>
    /// <param name="user">Null when there is no such user: the answer is the same as for a wrong password, and takes as long.</param>
    /// <param name="name">The name that was given.</param>
    /// <param name="password">As it was given.</param>
    /// <param name="address">Where the call comes from.</param>
    /// <param name="stop">Ends a wait.</param>
    public async ValueTask<ServerError> CheckAsync(AuthUser? user, string name, string password, string address, CancellationToken stop)
    {
        if (user is not null && _cache.Knows(name, user.Hash, password))
        {
            return ServerError.None;
        }

        if (!await _throttle.EnterAsync(name, address, stop))
        {
            Interlocked.Increment(ref _refused);
            return ServerError.TooManyLogins;
        }

        bool? isRight = null;
        try
        {
            // Another login of the user was right meanwhile.
            if (user is not null && _cache.Knows(name, user.Hash, password))
            {
                return ServerError.None;
            }

            Task<bool>? checking = _threads.TryRun(() => BcryptHash.Matches(password, user is { Hash.Length: > 0 } ? user.Hash : _dummy.Value));
            if (checking is null)
            {
                Interlocked.Increment(ref _refused);
                return ServerError.TooManyLogins;
            }

            isRight = await checking && user is { Hash.Length: > 0 };
            if (isRight == false)
            {
                Interlocked.Increment(ref _failed);
                return ServerError.AuthFailed;
            }

            _cache.Add(name, user!.Hash, password);
            return ServerError.None;
        }
        finally
        {
            _throttle.OnEnded(name, address, isRight);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _threads.Dispose();
}
