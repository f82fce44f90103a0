# Договоры.

refused-contract-not-live = ⛔ Договор уже не действует: исправить его может администратор.
refused-document-empty = ⚠️ Документ: файл пустой.
refused-document-large = ⚠️ Документ: не больше 20 МБ.
refused-document-kind = ⚠️ Документ: принимаю <code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code> и <code>png</code>; смотрю на содержимое, а не на имя файла.
