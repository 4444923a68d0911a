using System.Collections.Concurrent;

namespace DeploymentService.Auth.Keystone;

/// <summary>
/// What Keystone last said of each token, by the token's hash: the token itself is not kept. While an answer is on its way, all who ask
/// about the same token wait for it. A question that failed leaves nothing behind.
/// </summary>
/// <param name="capacity">The most answers that are kept.</param>
/// <param name="time">The clock.</param>
public sealed class TokenValidationCache(int capacity, TimeProvider time)
{
    private readonly ConcurrentDictionary<Key, Question> _questions = new();

    /// <summary>How many answers are kept or on their way.</summary>
    public int Count => _questions.Count;

    /// <summary>The caller that a token stands for, null for none; asks when it is not known.</summary>
    /// <param name="secretHash">SHA-256 of the token.</param>
    /// <param name="ask">Asks Keystone; not tied to any one request, because others may wait for the same answer.</param>
    /// <param name="cancellation">Ends this wait, and not the question.</param>
    public Task<Caller?> GetAsync(byte[] secretHash, Func<Task<CachedAnswer>> ask, CancellationToken cancellation)
    {
        var key = KeyOf(secretHash);
        if (_questions.TryGetValue(key, out var known) && !known.IsOver(Now()))
        {
            return known.AnswerAsync(cancellation);
        }

        var question = new Question(ask);
        var asked = known is null
            ? _questions.GetOrAdd(key, question)
            : _questions.AddOrUpdate(key, question, (_, current) => current == known ? question : current);
        if (asked == question)
        {
            EnsureCapacity();
            _ = ForgetWhenFailedAsync(key, question);
        }

        return asked.AnswerAsync(cancellation);
    }

    /// <summary>Keeps an answer that was asked for elsewhere, instead of an older one.</summary>
    /// <param name="secretHash">SHA-256 of the token.</param>
    /// <param name="answer">What Keystone said.</param>
    public void Put(byte[] secretHash, CachedAnswer answer)
    {
        _questions[KeyOf(secretHash)] = new Question(answer);
        EnsureCapacity();
    }

    private static Key KeyOf(byte[] secretHash) => new(new Guid(secretHash.AsSpan(0, 16)), new Guid(secretHash.AsSpan(16, 16)));

    private DateTime Now() => time.GetUtcNow().UtcDateTime;

    private async Task ForgetWhenFailedAsync(Key key, Question question)
    {
        if (!await question.SucceedsAsync())
        {
            _questions.TryRemove(new(key, question));
        }
    }

    private void EnsureCapacity()
    {
        if (_questions.Count <= capacity)
        {
            return;
        }

        // What is over goes first; when that is not enough, any: a good token costs one more call, and a flood of bad ones no memory.
        var now = Now();
        foreach (var entry in _questions.Where(entry => entry.Value.IsOver(now)))
        {
            _questions.TryRemove(entry);
        }

        var surplus = _questions.Count - (capacity / 2);
        if (_questions.Count > capacity)
        {
            foreach (var entry in _questions.Where(entry => entry.Value.IsAnswered).Take(surplus))
            {
                _questions.TryRemove(entry);
            }
        }
    }

    private readonly record struct Key(Guid Head, Guid Tail);

    /// <summary>One question, asked by the first who wants its answer.</summary>
    private sealed class Question
    {
        private readonly Lazy<Task<CachedAnswer>> _answer;

        // Whatever goes wrong in asking is in the task, so that the question can be forgotten.
        public Question(Func<Task<CachedAnswer>> ask) => _answer = new(async () => await ask());

        public Question(CachedAnswer answer)
        {
            _answer = new(Task.FromResult(answer));
            // So that it counts as answered.
            _ = _answer.Value;
        }

        public bool IsAnswered => _answer is { IsValueCreated: true, Value.IsCompleted: true };

        public bool IsOver(DateTime now) => IsAnswered && (!_answer.Value.IsCompletedSuccessfully || Completed.GoodUntil <= now);

        public async Task<Caller?> AnswerAsync(CancellationToken cancellation) =>
            (IsAnswered ? await _answer.Value : await _answer.Value.WaitAsync(cancellation)).Caller;

        public async Task<bool> SucceedsAsync()
        {
            await _answer.Value.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return _answer.Value.IsCompletedSuccessfully;
        }

        private CachedAnswer Completed => _answer.Value.GetAwaiter().GetResult();
    }
}

/// <summary>What Keystone said of a token.</summary>
/// <param name="Caller">Whom it stands for; null for nobody.</param>
/// <param name="GoodUntil">Until when the answer counts, UTC.</param>
public readonly record struct CachedAnswer(Caller? Caller, DateTime GoodUntil);
